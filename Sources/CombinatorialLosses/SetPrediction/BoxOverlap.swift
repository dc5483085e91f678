/// 1 - the generalized intersection over union of two boxes (center x, center y, width, height), with its
/// derivatives by the first.
///
///     giou = I / U - (H - U) / H      I: intersection, U: union, H: the smallest box around both
///
/// A union or hull without area counts as no overlap: its quotient is 0, and so are its derivatives.
/// H. Rezatofighi et al., CVPR 2019, doi:10.1109/CVPR.2019.00075.
struct BoxOverlap {
  let loss: Double
  /// By center x, center y, width and height.
  let gradient: SIMD4<Double>

  init(_ box: SIMD4<Double>, _ other: SIMD4<Double>) {
    let low = SIMD2(box[0] - box[2] / 2, box[1] - box[3] / 2)
    let high = SIMD2(box[0] + box[2] / 2, box[1] + box[3] / 2)
    let otherLow = SIMD2(other[0] - other[2] / 2, other[1] - other[3] / 2)
    let otherHigh = SIMD2(other[0] + other[2] / 2, other[1] + other[3] / 2)
    let inner = pointwiseMax(pointwiseMin(high, otherHigh) - pointwiseMax(low, otherLow), SIMD2())
    let outer = pointwiseMax(high, otherHigh) - pointwiseMin(low, otherLow)
    let intersection = inner[0] * inner[1]
    let hull = outer[0] * outer[1]
    let union = box[2] * box[3] + other[2] * other[3] - intersection
    let overlap = union > 0 ? intersection / union : 0
    let filling = hull > 0 ? union / hull : 1
    loss = 2 - overlap - filling
    guard union > 0, hull > 0 else {
      gradient = SIMD4()
      return
    }
    var byLow = SIMD2<Double>(), byHigh = SIMD2<Double>()
    for axis in 0..<2 {
      let across = 1 - axis
      let size = box[2 + across]
      func slope(inner innerSlope: Double, outer outerSlope: Double, area: Double) -> Double {
        let dIntersection = innerSlope * inner[across]
        let dUnion = area * size - dIntersection
        let dHull = outerSlope * outer[across]
        return -(dIntersection - overlap * dUnion) / union - (dUnion - filling * dHull) / hull
      }
      let meets = inner[axis] > 0
      byLow[axis] = slope(
        inner: meets && low[axis] >= otherLow[axis] ? -1 : 0,
        outer: low[axis] < otherLow[axis] ? -1 : 0, area: -1)
      byHigh[axis] = slope(
        inner: meets && high[axis] <= otherHigh[axis] ? 1 : 0,
        outer: high[axis] > otherHigh[axis] ? 1 : 0, area: 1)
    }
    let byCenter = byLow + byHigh, bySize = (byHigh - byLow) / 2
    gradient = SIMD4(byCenter[0], byCenter[1], bySize[0], bySize[1])
  }
}
