@_exported public import CombinatorialFiles
@_exported public import NumPyFiles
