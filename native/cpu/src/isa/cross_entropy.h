// Softmax cross-entropy over rows of logits, for the kernels of this folder that have some.
#pragma once

#include <stdint.h>

namespace talus::TALUS_ISA {

struct CrossEntropy {
  int64_t classes;
  float label_smoothing;
  int32_t ignore_index;
  float coefficient;  // of every gradient
};

// Loss of each row where row_losses is not null, gradients where d_logits is not null (it may be
// logits itself), and the sum of all losses in a fixed order. Returns a TalusStatus.
int cross_entropy_rows(const CrossEntropy& problem, int64_t rows, const float* logits,
                       const int32_t* targets, float* row_losses, float* d_logits,
                       double* loss_sum);

// Rows whose target is not ignore_index.
int64_t count_rows(int64_t rows, const int32_t* targets, int32_t ignore_index);

}  // namespace talus::TALUS_ISA
