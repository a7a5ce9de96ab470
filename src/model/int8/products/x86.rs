//! Products with the instructions that x86-64 has for them.

use std::arch::x86_64::{
    __m128i, __m256i, __m512i, _mm_cvtsi32_si128, _mm_loadu_si128, _mm256_add_epi32, _mm256_cvtepi8_epi16, _mm256_madd_epi16,
    _mm256_set1_epi64x, _mm256_setzero_si256, _mm256_storeu_si256, _mm512_add_epi32, _mm512_cvtepi32_ps, _mm512_dpbusd_epi32,
    _mm512_load_si512, _mm512_loadu_si512, _mm512_madd_epi16, _mm512_mask_storeu_ps, _mm512_set1_epi32, _mm512_setzero_si512,
    _mm512_sll_epi32, _mm512_srai_epi32, _mm512_store_si512, _mm512_storeu_ps,
};

use super::{LANES, LINES, Line, Matrix, Outlier, Outliers, PANEL, QUAD};

/// Rows side by side with VNNI: with four registers of sums each, they leave just enough for what is multiplied.
const ROWS: usize = 6;

/// Rows side by side with AVX2, which has half as many registers.
const FEW_ROWS: usize = 3;

/// Columns whose weights fill a register of AVX2 as 16-bit numbers.
const FEW_COLUMNS: usize = 4;

/// [`Matrix::product`] on a CPU with AVX-512 VNNI.
pub(super) fn with_vnni(matrix: &Matrix, rows: &[u8], outliers: &Outliers, products: &mut [f32]) {
    let (width, outputs) = matrix.widths();
    for (from, lines, starts) in matrix.panels() {
        let columns = PANEL.min(outputs - from);
        for (nth, (rows, products)) in rows.chunks(ROWS * width).zip(products.chunks_mut(ROWS * outputs)).enumerate() {
            let count = (rows.len() / width).min(products.len() / outputs);
            let rows = (nth * ROWS, rows, outliers.of_rows(nth * ROWS, count));
            // SAFETY: the kernel is chosen where the CPU has the instructions; what the slices hold is counted below.
            unsafe {
                match count {
                    0 => {}
                    1 => tile::<1>(rows, width, lines, starts, &mut products[from..], outputs, columns),
                    2 => tile::<2>(rows, width, lines, starts, &mut products[from..], outputs, columns),
                    3 => tile::<3>(rows, width, lines, starts, &mut products[from..], outputs, columns),
                    4 => tile::<4>(rows, width, lines, starts, &mut products[from..], outputs, columns),
                    5 => tile::<5>(rows, width, lines, starts, &mut products[from..], outputs, columns),
                    _ => tile::<ROWS>(rows, width, lines, starts, &mut products[from..], outputs, columns),
                }
            }
        }
    }
}

/// `COUNT` rows, of which the first is the `first`th, and their outliers times a panel: into `products`, where a row begins every `outputs`
/// numbers and `columns` of them are written.
///
/// # Safety
/// The CPU has the instructions; `rows` holds `COUNT` rows of `width` numbers, `lines` four lines for every four of those, and `products`
/// `COUNT` rows, the last of at least `columns` numbers.
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
unsafe fn tile<const COUNT: usize>(
    (first, rows, outliers): (usize, &[u8], &[(usize, Outlier)]),
    width: usize,
    lines: &[Line],
    starts: &[i32; PANEL],
    products: &mut [f32],
    outputs: usize,
    columns: usize,
) {
    debug_assert!(rows.len() >= COUNT * width && lines.len() * QUAD >= width * LINES && products.len() >= (COUNT - 1) * outputs + columns);
    let (rows, products) = (rows.as_ptr(), products.as_mut_ptr());
    // SAFETY: as promised; lines and sums are aligned, nothing else need be.
    unsafe {
        let starts: [__m512i; LINES] = std::array::from_fn(|n| _mm512_loadu_si512(starts.as_ptr().add(n * LANES).cast()));
        let mut sums = [starts; COUNT];
        for quad in 0..width / QUAD {
            let weights: [__m512i; LINES] = std::array::from_fn(|n| _mm512_load_si512(lines.as_ptr().add(quad * LINES + n).cast()));
            for (row, sums) in sums.iter_mut().enumerate() {
                let numbers = _mm512_set1_epi32(rows.add(row * width + quad * QUAD).cast::<i32>().read_unaligned());
                for (sum, weights) in sums.iter_mut().zip(weights) {
                    *sum = _mm512_dpbusd_epi32(*sum, numbers, weights);
                }
            }
        }
        // In memory: which row an outlier belongs to is not known beforehand.
        let mut written = [[_mm512_setzero_si512(); LINES]; COUNT];
        for (written, sum) in written.as_flattened_mut().iter_mut().zip(sums.as_flattened()) {
            _mm512_store_si512(written, *sum);
        }
        for &(row, (at, number)) in outliers {
            let weights = &lines[at / QUAD * LINES..][..LINES];
            // One of four bytes, with its sign; a product of 16 bits, as the other two are 0.
            let shift = _mm_cvtsi32_si128(8 * (QUAD - 1 - at % QUAD) as i32);
            let number = _mm512_set1_epi32(i32::from(number as u16));
            for (sum, weights) in written[row - first].iter_mut().zip(weights) {
                let weights = _mm512_srai_epi32::<24>(_mm512_sll_epi32(_mm512_load_si512(std::ptr::from_ref(weights).cast()), shift));
                *sum = _mm512_add_epi32(*sum, _mm512_madd_epi16(weights, number));
            }
        }
        for (row, sums) in written.into_iter().enumerate() {
            for (n, sum) in sums.into_iter().enumerate() {
                let into = products.add(row * outputs + n * LANES);
                match columns.saturating_sub(n * LANES) {
                    0 => {}
                    LANES.. => _mm512_storeu_ps(into, _mm512_cvtepi32_ps(sum)),
                    rest => _mm512_mask_storeu_ps(into, (1 << rest) - 1, _mm512_cvtepi32_ps(sum)),
                }
            }
        }
    }
}

/// [`Matrix::product`] on a CPU with AVX2: in 16 bits, where nothing overflows.
pub(super) fn with_avx2(matrix: &Matrix, rows: &[u8], outliers: &Outliers, products: &mut [f32]) {
    let (width, outputs) = matrix.widths();
    let rows = outliers.among(rows, width);
    for (from, lines, starts) in matrix.panels() {
        for (rows, products) in rows.chunks(FEW_ROWS * width).zip(products.chunks_mut(FEW_ROWS * outputs)) {
            let count = (rows.len() / width).min(products.len() / outputs);
            for part in 0..PANEL.min(outputs - from).div_ceil(LANES) {
                // SAFETY: the kernel is chosen where the CPU has the instructions; what the slices hold is counted here.
                let sums = unsafe {
                    match count {
                        0 => continue,
                        1 => narrow_tile::<1>(rows, width, lines, part),
                        2 => narrow_tile::<2>(rows, width, lines, part),
                        _ => narrow_tile::<FEW_ROWS>(rows, width, lines, part),
                    }
                };
                let first = from + part * LANES;
                for (products, sums) in products.chunks_exact_mut(outputs).zip(&sums[..count]) {
                    let halves = sums.as_flattened().chunks_exact(2).zip(&starts[part * LANES..]);
                    for (product, (halves, start)) in products[first..].iter_mut().zip(halves) {
                        *product = (start + halves[0] + halves[1]) as f32;
                    }
                }
            }
        }
    }
}

/// `COUNT` rows times the `part`th sixteen columns of a panel: two sums a column, of what stands at even and at odd pairs.
///
/// # Safety
/// The CPU has the instructions; `rows` holds `COUNT` rows of `width` numbers, `lines` four lines for every four of those.
#[target_feature(enable = "avx2")]
unsafe fn narrow_tile<const COUNT: usize>(
    rows: &[i16],
    width: usize,
    lines: &[Line],
    part: usize,
) -> [[[i32; 8]; LANES / FEW_COLUMNS]; FEW_ROWS] {
    debug_assert!(COUNT <= FEW_ROWS && rows.len() >= COUNT * width && lines.len() * QUAD >= width * LINES && part < LINES);
    let (rows, lines) = (rows.as_ptr(), lines.as_ptr());
    let mut written = [[[0; 8]; LANES / FEW_COLUMNS]; FEW_ROWS];
    // SAFETY: as promised; nothing need be aligned.
    unsafe {
        let mut sums: [[__m256i; LANES / FEW_COLUMNS]; COUNT] = [[_mm256_setzero_si256(); LANES / FEW_COLUMNS]; COUNT];
        for quad in 0..width / QUAD {
            let line = lines.add(quad * LINES + part).cast::<__m128i>();
            let weights: [__m256i; LANES / FEW_COLUMNS] = std::array::from_fn(|n| _mm256_cvtepi8_epi16(_mm_loadu_si128(line.add(n))));
            for (row, sums) in sums.iter_mut().enumerate() {
                let numbers = _mm256_set1_epi64x(rows.add(row * width + quad * QUAD).cast::<i64>().read_unaligned());
                for (sum, weights) in sums.iter_mut().zip(weights) {
                    *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(numbers, weights));
                }
            }
        }
        for (written, sums) in written.iter_mut().zip(sums) {
            for (written, sum) in written.iter_mut().zip(sums) {
                _mm256_storeu_si256(written.as_mut_ptr().cast(), sum);
            }
        }
    }
    written
}
