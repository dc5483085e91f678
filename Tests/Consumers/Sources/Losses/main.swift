import CombinatorialLosses

let logits = try Tensor([2, 0, 0, 1], shape: [2, 2]).requiringGradient()
let loss = try bagLoss(logits: logits, labels: [1, 0], bagSizes: [2]).mean()
let gradient = try loss.gradients(of: [logits])[0]
let paired = try crossEntropy(logits: logits, labels: [0, 1]).sum()
print(try abs(loss.item() - paired.item()) < 1e-6, gradient.shape)
