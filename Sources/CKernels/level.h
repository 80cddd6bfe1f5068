// All kernels at one level. Included once by each level's file.
#include <string.h>

#include "levels.h"

// The same bits at every level: a * b + c is never one operation.
#pragma STDC FP_CONTRACT OFF

// The loop's turns do not depend on each other, though its target may be its source.
#define INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")

#include "point.h"
#include "blur.h"
#include "neighbours.h"
#include "measure.h"

const struct kernels LEVEL = {
    .name = LEVEL_NAME,
    .flip = flip,
    .lookup8 = lookup8,
    .lookup16 = lookup16,
    .luma8 = luma8,
    .luma16 = luma16,
    .mix8 = mix8,
    .mix16 = mix16,
    .difference8 = difference8,
    .difference16 = difference16,
    .temporal8 = temporal8,
    .temporal16 = temporal16,
    .add8 = add8,
    .add16 = add16,
    .blur_row8 = blur_row8,
    .blur_row_parted8 = blur_row_parted8,
    .blur_row16 = blur_row16,
    .blur_columns8 = blur_columns8,
    .blur_columns16 = blur_columns16,
    .sharpen_column8 = sharpen_column8,
    .sharpen_column16 = sharpen_column16,
    .sobel_columns8 = sobel_columns8,
    .sobel_columns16 = sobel_columns16,
    .sobel_row8 = sobel_row8,
    .sobel_row16 = sobel_row16,
    .median_columns8 = median_columns8,
    .median_columns16 = median_columns16,
    .median_row8 = median_row8,
    .median_row16 = median_row16,
    .distance8 = distance8,
    .distance16 = distance16,
    .changed8 = changed8,
    .changed16 = changed16,
    .at_most8 = at_most8,
    .at_most16 = at_most16,
    .summary8 = summary8,
    .summary16 = summary16,
    .laplacian8 = laplacian8,
    .laplacian16 = laplacian16,
};
