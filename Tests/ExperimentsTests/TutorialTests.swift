import CombinatorialExperiments
import CombinatorialLosses
import Foundation
import NeuralLayers
import TestSupport
import Testing

/// The code of the tutorials of `CombinatorialLosses`, and what it gives.
struct TutorialTests {
  private var random = SeededGenerator(seed: 1)

  @Test mutating func bags() throws {
    let model = Sequential(Flatten(), try Linear(inputs: 4, outputs: 3, using: &random))
    let pictures = try Tensor.random(uniform: [5, 1, 2, 2], in: -1...1, using: &random)
    let (labels, sizes): ([Int32], [Int]) = ([0, 1, 2, 0, 1], [3, 2])

    let logits = try model(pictures)  // [pictures, classes]
    let loss = try bagLoss(logits: logits, labels: labels, bagSizes: sizes).mean()
    let gradients = try loss.gradients(of: model.parameters.map(\.value))
    let matching = try matchBags(logits: logits, labels: labels, bagSizes: sizes)
    #expect(try loss.item() > 0 && gradients.map(\.shape) == [[3, 4], [3]])
    #expect(matching.labelOfRow.prefix(3).sorted() == [0, 1, 2])
  }

  @Test func sequences() throws {
    let model = try EncoderDecoder(
      EncoderDecoderOptions(sourceVocabulary: 6, targetVocabulary: 5), seed: 1)
    let (words, targets) = ([[3, 4, 5], [4, 2]] as [[Int32]], TokenBatch([[3, 2], [4, 3, 2]]))

    let source = try model.encode(TokenBatch(words))  // EncoderDecoder of NeuralLayers
    let decoding = try model.decode(source, targets: targets, feedback: .softmax)
    let loss = try alignmentLoss(
      logits: decoding.logits(), targets: targets.tokens,
      lengths: Lengths(rows: targets.lengths, columns: targets.lengths)
    ).mean()
    #expect(try loss.item() > 0)
  }

  @Test mutating func chains() throws {
    let logits = try Tensor([0, 2, 3, 0, 9, 9], shape: [1, 3, 2])
    let (steps, lengths) = (try Tensor([0, 1, 1, 0], shape: [2, 2]), [2])
    let value = try ChainLabeling().optimalValue(unary: -logits, steps: steps, lengths: lengths)
    #expect(value.scalars == [-4])
  }

  @Test mutating func pathsAndCuts() throws {
    let layer = try Linear(inputs: 12, outputs: 12, using: &random)
    let pictures = try Tensor.random(uniform: [2, 12, 12], in: 0...1, using: &random)
    do {
      let network = { (pictures: Tensor) in try layer(pictures).exp() + 1 }
      let paths = try GridShortestPath().solution(network(pictures), gradient: .none)
      let costs = try network(pictures)  // [maps, 12, 12], at least 1
      let loss = try GridShortestPath().structuredHingeLoss(costs, target: paths, margin: 0.2)
        .mean()
      #expect(try loss.item() >= 0)
    }
    let logits = try Tensor.random(uniform: [3, 4], in: -1...1, using: &random)
    let arcs = try Tensor.random(uniform: [8, 3, 4], in: 0...1, using: &random)
    let mask = try Tensor((0..<12).map { $0 % 4 < 2 ? 1 : 0 }, shape: [3, 4])
    let cut = GridCut(neighbors: .eight)
    let costs = try cut.costs(logits: logits, arcs: arcs)  // [10, rows, columns]
    let loss = try cut.hingeLoss(costs, mask: mask)
    #expect(try loss.item() > 0)
  }

  @Test func masses() throws {
    let network = MinimumCostFlow(try DirectedGraph(nodeCount: 2, arcs: [(0, 1), (0, 1)]))
    let (supply, demand) = try (Tensor([2, 1], shape: [2]), Tensor([1, 2], shape: [2]))
    let costs = try Tensor([0, 3, 1, 1], shape: [2, 2])
    let (arcCosts, capacities) = try (Tensor([1, 5], shape: [2]), Tensor([2, 9], shape: [2]))
    let supplies = try Tensor([3, -3], shape: [2])
    let distance = try Transport().optimalValue(costs: costs, supply: supply, demand: demand)
    let flow = try network.optimalValue(costs: arcCosts, supplies: supplies, capacities: capacities)
    #expect(try distance.item() == 4 && flow.item() == 7)
  }

  @Test func massesThatMoveLittle() throws {
    var known: TransportBatch?
    for step in 0..<3 {
      let costs = [1.0, 3, 2, 1].map { $0 + 0.01 * Double(step) }
      known = try Transport().solve(
        costs, supply: [2, 1], demand: [1, 2], batch: 1, rows: 2, columns: 2, known: known)
    }
    let last = try #require(known?[0])
    #expect(abs(last.value - 5.06) <= 1e-14 && last.dualityGap <= 1e-14)
  }

  @Test mutating func sets() throws {
    let logits = try Tensor.random(uniform: [1, 3, 4], in: -1...1, using: &random)
    let boxes = try Tensor.random(uniform: [1, 3, 4], in: 0.2...0.4, using: &random)
    let targets = try SetTargets(images: [[(label: 2, box: [0.5, 0.5, 0.2, 0.2])]])
    let loss = try SetPredictionLoss()(logits: logits, boxes: boxes, targets: targets).total
    #expect(try loss.item() > 0)
  }

  @Test mutating func comingFromPyTorch() throws {
    let inputs = try Tensor.randn([200, 4], using: &random)
    let labels = try (0..<200).map { try inputs[$0, 0].item() > 0 ? Int32(1) : 0 }
    let folder = try TemporaryFolder()
    let path = folder.path + "/model.safetensors"
    var generator = SeededGenerator(seed: 2)
    let model = Sequential(
      try Linear(inputs: 4, outputs: 16, using: &generator), ReLU(),
      try Linear(inputs: 16, outputs: 2, using: &generator))
    let optimizer = Adam(learningRate: 0.01)
    let loader = try BatchLoader(inputs, labels, batchSize: 32)  // a Tensor [n, 4] and [Int32]
    for epoch in 0..<20 {
      for (inputs, labels) in loader.epoch(epoch, seed: 4) {
        let logits = try withTraining { try model(inputs) }
        let loss = try crossEntropy(logits: logits, labels: labels).mean()
        try optimizer.step(model.parameters, along: loss.gradients(of: model.parameters))
      }
    }
    try Checkpoint.save(model, to: path)
    let guesses = try model(inputs).argmax(axis: 1)
    #expect(zip(guesses, labels).filter(==).count > 190)
  }
  @Test func bagsOfFiles() throws {
    let folder = try TemporaryFolder()
    var export = BagExport()
    export.pictures = 16
    let digits = try Digits.data
    let files = try export.run(
      ImageDataset(training: digits.training.prefix(16), test: digits.training.prefix(10)),
      to: folder.path)
    let (manifest, testManifest) = (files.bagManifest, files.testManifest)
    let (checkpoint, epochs) = (folder.path + "/bags.safetensors", 2)
    var printed: [[String]] = []
    func print(_ line: Int, _ labels: [String]) { printed.append(labels) }

    let format = PictureFormat(height: 32, width: 32)
    let bags = try BagCollection(manifest: manifest, format: format)
    let test = try PictureList(manifest: testManifest, format: format, classNames: bags.classNames)
    var options = BagTrainingOptions()
    options.network = .resnet8
    options.epochs = epochs
    let training = try BagTraining(options: options, bags: bags, test: test.labeled)
    try training.run(checkpoint: checkpoint)
    for (bag, matched) in zip(bags.bags, try training.classifier.match(bags)) {
      print(bag.line, matched.labels.map { $0.map { bags.classNames[Int($0)] } ?? "none" })
    }
    #expect(printed.map(\.count) == bags.bags.map(\.pictures.count) && !printed.isEmpty)
    #expect(!printed.joined().contains("none"))
    #expect(FileManager.default.fileExists(atPath: checkpoint))
  }
}
