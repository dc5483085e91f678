@_exported public import CombinatorialFiles
