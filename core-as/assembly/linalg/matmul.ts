// Matrix products in float32: cache blocked, packed and register tiled as in Goto & van de Geijn,
// "Anatomy of High-Performance Matrix Multiplication", ACM TOMS 34(3), 2008.
//
// One order of summation for all, on which every bit of a result rests: k is cut into blocks of K_BLOCK; in a
// block each output is summed in rising k from +0, multiply then add, in float32; the blocks' sums are added
// to the output in rising order. Lanes run across outputs, so the naive twins below give the same bits.
import { checkRange, checkThat } from "../memory/check";
import { packColumns, packRows, panelLanes } from "./pack";
import { rowTimesColumns, rowTimesRows } from "./row";
import { TILE_COLUMNS, TILE_ROWS, tile4x4, tile4x8 } from "./tile";

/** Terms in one block of a sum. Part of the definition of the product: another value gives other bits. */
export const K_BLOCK: i32 = 256;
// A block of b (512 KiB) stays in the second-level cache while panels of a (4 KiB each) pass by in the first.
const M_BLOCK: i32 = 128;
const N_BLOCK: i32 = 512;

const TILE_BYTES: usize = 4 * 8 * 4;

// Bytes of the packed panels of up to `block` of `count` rows or columns.
// @ts-ignore: decorator
@inline
function panelBytes(count: i32, block: i32, wide: i32, k: i32): usize {
  return <usize>(((min(count, block) + wide - 1) / wide) * wide * min(k, K_BLOCK)) << 2;
}

/** Scratch for any of the three products of this size, in bytes. */
export function matmulScratchBytes(m: i32, n: i32, k: i32): i32 {
  return <i32>(TILE_BYTES + panelBytes(m, M_BLOCK, TILE_ROWS, k) + panelBytes(n, N_BLOCK, TILE_COLUMNS, k));
}

// Bytes from the first to the last element of [rows, columns] with leading dimension ld.
// @ts-ignore: decorator
@inline
function spanBytes(rows: i32, columns: i32, ld: i32): usize {
  return (<usize>(rows - 1) * <usize>ld + <usize>columns) << 2;
}

function checkOperands(
  out: usize, a: usize, b: usize, m: i32, n: i32, k: i32, ldo: i32,
  aBytes: usize, bBytes: usize, scratch: usize,
): void {
  checkThat(m >= 1 && n >= 1 && k >= 1, "a matrix product of an empty matrix");
  checkThat(ldo >= n, "leading dimension of out is below n");
  checkRange(out, spanBytes(m, n, ldo));
  checkRange(a, aBytes);
  checkRange(b, bBytes);
  checkRange(scratch, matmulScratchBytes(m, n, k));
}

// c[rows, columns] (+)= tile[rows, 8]: what of an edge tile lies inside the matrix.
function putEdge(c: usize, stride: usize, tile: usize, rows: i32, columns: i32, add: bool): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = c + (<usize>j << 2);
      const sum = load<f32>(tile + (<usize>j << 2));
      store<f32>(at, add ? load<f32>(at) + sum : sum);
    }
    c += stride;
    tile += 32;
  }
}

// c[m, n] (+)= a^T b for one packed block of each, k terms long. `edge` is room for one tile. Along the rows of c, so that
// its lines are met in order: down the columns, rows a power of two apart would push each other out of the cache.
function multiplyBlock(c: usize, stride: usize, a: usize, b: usize, m: i32, n: i32, k: i32, add: bool, edge: usize): void {
  for (let rowsLeft = m; rowsLeft > 0; rowsLeft -= TILE_ROWS) {
    let panel = b;
    let to = c;
    for (let columnsLeft = n; columnsLeft > 0; ) {
      const columns = panelLanes(columnsLeft, TILE_COLUMNS);
      if (rowsLeft >= TILE_ROWS && columnsLeft >= columns) {
        if (columns == 8) tile4x8(to, stride, a, panel, k, add);
        else tile4x4(to, stride, a, panel, k, add);
      } else {
        if (columns == 8) tile4x8(edge, 32, a, panel, k, false);
        else tile4x4(edge, 32, a, panel, k, false);
        putEdge(to, stride, edge, min(TILE_ROWS, rowsLeft), min(columns, columnsLeft), add);
      }
      panel += <usize>(columns * k) << 2;
      to += <usize>columns << 2;
      columnsLeft -= columns;
    }
    a += <usize>(TILE_ROWS * k) << 2;
    c += stride * TILE_ROWS;
  }
}

// The common body, inlined three times: `aByRows` says whether the rows of a, or its columns, become lanes; b alike.
// @ts-ignore: decorator
@inline
function multiply(
  out: usize, a: usize, b: usize, m: i32, n: i32, k: i32, ldo: i32, lda: i32, ldb: i32,
  scratch: usize, accumulate: bool, aByRows: bool, bByRows: bool,
): void {
  const outStride = <usize>ldo << 2;
  const aStride = <usize>lda << 2;
  const bStride = <usize>ldb << 2;
  if (m == 1) {
    const aStep: usize = aByRows ? 4 : aStride;
    for (let p = 0; p < k; p += K_BLOCK) {
      const terms = min(K_BLOCK, k - p);
      const from = a + <usize>p * aStep;
      if (bByRows) rowTimesRows(out, from, b + (<usize>p << 2), bStride, n, terms, accumulate || p > 0);
      else rowTimesColumns(out, from, aStep, b + <usize>p * bStride, bStride, n, terms, accumulate || p > 0);
    }
    return;
  }
  const edge = scratch;
  const packedA = edge + TILE_BYTES;
  const packedB = packedA + panelBytes(m, M_BLOCK, TILE_ROWS, k);
  for (let j = 0; j < n; j += N_BLOCK) {
    const columns = min(N_BLOCK, n - j);
    for (let p = 0; p < k; p += K_BLOCK) {
      const terms = min(K_BLOCK, k - p);
      const add = accumulate || p > 0;
      if (bByRows) packRows(packedB, b + <usize>j * bStride + (<usize>p << 2), bStride, columns, terms, TILE_COLUMNS);
      else packColumns(packedB, b + <usize>p * bStride + (<usize>j << 2), bStride, columns, terms, TILE_COLUMNS);
      for (let i = 0; i < m; i += M_BLOCK) {
        const rows = min(M_BLOCK, m - i);
        if (aByRows) packRows(packedA, a + <usize>i * aStride + (<usize>p << 2), aStride, rows, terms, TILE_ROWS);
        else packColumns(packedA, a + <usize>p * aStride + (<usize>i << 2), aStride, rows, terms, TILE_ROWS);
        multiplyBlock(
          out + <usize>i * outStride + (<usize>j << 2), outStride, packedA, packedB,
          rows, columns, terms, add, edge,
        );
      }
    }
  }
}

/**
 * out[m, n] = a[m, k] b[n, k]^T: the forward z = h W^T. Leading dimensions in floats; writes m x n elements and
 * nothing between them. `scratch` holds matmulScratchBytes(m, n, k).
 */
export function matmulNT(
  out: usize, a: usize, b: usize, m: i32, n: i32, k: i32, ldo: i32, lda: i32, ldb: i32, scratch: usize,
): void {
  checkThat(lda >= k && ldb >= k, "a leading dimension is below k");
  checkOperands(out, a, b, m, n, k, ldo, spanBytes(m, k, lda), spanBytes(n, k, ldb), scratch);
  multiply(out, a, b, m, n, k, ldo, lda, ldb, scratch, false, true, true);
}

/** out[m, n] = a[m, k] b[k, n]: the backward dh = dz W. Else as matmulNT. */
export function matmulNN(
  out: usize, a: usize, b: usize, m: i32, n: i32, k: i32, ldo: i32, lda: i32, ldb: i32, scratch: usize,
): void {
  checkThat(lda >= k && ldb >= n, "a leading dimension is below the number of columns");
  checkOperands(out, a, b, m, n, k, ldo, spanBytes(m, k, lda), spanBytes(k, n, ldb), scratch);
  multiply(out, a, b, m, n, k, ldo, lda, ldb, scratch, false, true, false);
}

/** out[m, n] (+)= a[k, m]^T b[k, n]: the gradient dW = dz^T h, with k samples; added to out if `accumulate`. Else as matmulNT. */
export function matmulTN(
  out: usize, a: usize, b: usize, m: i32, n: i32, k: i32, ldo: i32, lda: i32, ldb: i32, scratch: usize, accumulate: bool,
): void {
  checkThat(lda >= m && ldb >= n, "a leading dimension is below the number of columns");
  checkOperands(out, a, b, m, n, k, ldo, spanBytes(k, m, lda), spanBytes(k, n, ldb), scratch);
  multiply(out, a, b, m, n, k, ldo, lda, ldb, scratch, accumulate, false, false);
}

// The order of summation written out. Element (i, p) of a lies at a + i aRow + p aTerm bytes, and b alike.
// @ts-ignore: decorator
@inline
function multiplyNaive(
  out: usize, a: usize, b: usize, m: i32, n: i32, k: i32, outRow: usize,
  aRow: usize, aTerm: usize, bColumn: usize, bTerm: usize, accumulate: bool,
): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const at = out + <usize>i * outRow + (<usize>j << 2);
      for (let p = 0; p < k; ) {
        const end = min(k, p + K_BLOCK);
        const add = accumulate || p > 0;
        let sum: f32 = 0;
        for (; p < end; p++) {
          sum += load<f32>(a + <usize>i * aRow + <usize>p * aTerm) * load<f32>(b + <usize>j * bColumn + <usize>p * bTerm);
        }
        store<f32>(at, add ? load<f32>(at) + sum : sum);
      }
    }
  }
}

/** matmulNT one output at a time; equal bits. */
export function matmulNTNaive(
  out: usize, a: usize, b: usize, m: i32, n: i32, k: i32, ldo: i32, lda: i32, ldb: i32, scratch: usize,
): void {
  multiplyNaive(out, a, b, m, n, k, <usize>ldo << 2, <usize>lda << 2, 4, <usize>ldb << 2, 4, false);
}

/** matmulNN one output at a time; equal bits. */
export function matmulNNNaive(
  out: usize, a: usize, b: usize, m: i32, n: i32, k: i32, ldo: i32, lda: i32, ldb: i32, scratch: usize,
): void {
  multiplyNaive(out, a, b, m, n, k, <usize>ldo << 2, <usize>lda << 2, 4, 4, <usize>ldb << 2, false);
}

/** matmulTN one output at a time; equal bits. */
export function matmulTNNaive(
  out: usize, a: usize, b: usize, m: i32, n: i32, k: i32, ldo: i32, lda: i32, ldb: i32, scratch: usize, accumulate: bool,
): void {
  multiplyNaive(out, a, b, m, n, k, <usize>ldo << 2, 4, <usize>lda << 2, 4, <usize>ldb << 2, accumulate);
}
