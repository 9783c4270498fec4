// The one list of kernels, TALUS_OP(name, parameters). Included several times with different
// meanings of TALUS_OP: as exported pointers (talus_cpu.h), as one function per instruction set
// (isa/kernels.h) and as the assignment of one to the other (runtime/select.cpp). A new op is one
// entry here and one definition in src/isa.
//
// Matrices are row-major and contiguous; counts are elements. Formulas, edge cases and accuracy
// stand in the Javadoc of the op record of the same name. Unless said otherwise an output may be
// the same array as an input of the same shape, and may not overlap one in part.

// ---- products (gemm.cpp)
// C(m x n) = act(alpha * op(A) * op(B) + beta * C + bias). op(A) is m x k, op(B) is k x n; trans_x
// = 1 where the stored matrix is the transpose. lda, ldb, ldc: elements between rows as stored.
// bias: n values or null. activation: Activation. pre_activation: m x n (ldc apart), written with
// what act() is applied to, or null.
TALUS_OP(gemm_f32, int trans_a, int trans_b, int64_t m, int64_t n, int64_t k, float alpha,
         const float* a, int64_t lda, const float* b, int64_t ldb, float beta, float* c,
         int64_t ldc, const float* bias, int activation, float* pre_activation)

// ---- convolution of images (conv.cpp, conv_weights.cpp)
// x: images x height x width x channels. w: window_height x window_width x (channels / groups) x
// outputs. y: images x output_height x output_width x outputs, its sizes following from the
// others'. Groups divide channels and outputs. Bias, activation and pre_activation as for gemm_f32.
TALUS_OP(convolution_f32, int64_t images, int64_t height, int64_t width, int64_t channels,
         int64_t outputs, int64_t groups, int64_t window_height, int64_t window_width,
         int64_t stride_height, int64_t stride_width, int64_t padding_height, int64_t padding_width,
         const float* x, const float* w, float* y, const float* bias, int activation,
         float* pre_activation)
TALUS_OP(convolution_input_gradient_f32, int64_t images, int64_t height, int64_t width,
         int64_t channels, int64_t outputs, int64_t groups, int64_t window_height,
         int64_t window_width, int64_t stride_height, int64_t stride_width, int64_t padding_height,
         int64_t padding_width, const float* d_y, const float* w, float* d_x)
TALUS_OP(convolution_weight_gradient_f32, int64_t images, int64_t height, int64_t width,
         int64_t channels, int64_t outputs, int64_t groups, int64_t window_height,
         int64_t window_width, int64_t stride_height, int64_t stride_width, int64_t padding_height,
         int64_t padding_width, const float* x, const float* d_y, float* d_w)

// ---- pooling of images (pool.cpp)
// y: images x output_height x output_width x channels. function: PoolFunction.
TALUS_OP(pool_f32, int function, int64_t images, int64_t height, int64_t width, int64_t channels,
         int64_t window_height, int64_t window_width, int64_t stride_height, int64_t stride_width,
         int64_t padding_height, int64_t padding_width, const float* x, float* y)
// x: what was pooled, not read for averages.
TALUS_OP(pool_gradient_f32, int function, int64_t images, int64_t height, int64_t width,
         int64_t channels, int64_t window_height, int64_t window_width, int64_t stride_height,
         int64_t stride_width, int64_t padding_height, int64_t padding_width, const float* x,
         const float* d_y, float* d_x)

// ---- rows: softmax and its losses (softmax.cpp, cross_entropy.cpp, linear_cross_entropy.cpp)
TALUS_OP(softmax_f32, int64_t rows, int64_t columns, const float* x, float* y)
TALUS_OP(log_softmax_f32, int64_t rows, int64_t columns, const float* x, float* y)
// loss: one value (reduction mean or sum) or `rows` values (none). d_logits: null, or rows x
// columns, possibly logits itself. Rows whose target is ignore_index give loss 0 and gradient 0.
// scale multiplies gradients only (the upstream gradient).
TALUS_OP(softmax_cross_entropy_f32, int64_t rows, int64_t classes, const float* logits,
         const int32_t* targets, int reduction, float label_smoothing, int32_t ignore_index,
         float scale, float* loss, float* d_logits)
// logits = x(rows x inputs) * w(inputs x classes) + bias(classes or null), never stored whole. d_x,
// d_w, d_bias: each null or of its operand's shape; none may alias an input.
TALUS_OP(linear_cross_entropy_f32, int64_t rows, int64_t inputs, int64_t classes, const float* x,
         const float* w, const float* bias, const int32_t* targets, int reduction,
         float label_smoothing, int32_t ignore_index, float scale, float* loss, float* d_x,
         float* d_w, float* d_bias)

// ---- elementwise (elementwise.cpp)
TALUS_OP(fill_f32, int64_t count, float value, float* y)
TALUS_OP(copy_f32, int64_t count, const float* x, float* y)
TALUS_OP(unary_f32, int op, int64_t count, const float* x, float* y)
// y = a op b. b is rows x columns (broadcast 0), one row of `columns` (1), one column of `rows` (2)
// or one value (3).
TALUS_OP(binary_f32, int op, int broadcast, int64_t rows, int64_t columns, const float* a,
         const float* b, float* y)
// y = alpha * x + beta * y; beta = 0 does not read y.
TALUS_OP(axpby_f32, int64_t count, float alpha, const float* x, float beta, float* y)
TALUS_OP(transpose_f32, int64_t rows, int64_t columns, const float* x, float* y)
// y[j, i, :] = x[i, j, :], x outer x inner x width
TALUS_OP(swap_axes_f32, int64_t outer, int64_t inner, int64_t width, const float* x, float* y)
// y[i, :] = table[indices[i], :]
TALUS_OP(gather_rows_f32, int64_t rows, int64_t columns, const float* table, const int32_t* indices,
         float* y)
// d_x = d_y * act'(.), where `saved` is the activation's output (relu, tanh, sigmoid) or its input
// (gelu, identity: null), and d_bias (columns values or null) = beta_bias * d_bias + column sums of
// d_x. d_x may be d_y.
TALUS_OP(activation_gradient_f32, int activation, int64_t rows, int64_t columns, const float* d_y,
         const float* saved, float* d_x, float beta_bias, float* d_bias)

// ---- batch normalization (batch_norm.cpp); all but x and y have `columns` values
TALUS_OP(batch_norm_f32, int activation, int64_t rows, int64_t columns, const float* x,
         const float* scale, const float* shift, float epsilon, float momentum, float* mean,
         float* inverse_deviation, float* running_mean, float* running_variance, float* y)
// y: what the way forward wrote; null for identity.
TALUS_OP(batch_norm_gradient_f32, int activation, int64_t rows, int64_t columns, const float* d_y,
         const float* y, const float* x, const float* scale, const float* mean,
         const float* inverse_deviation, float* d_x, float* d_scale, float* d_shift)
TALUS_OP(batch_norm_inference_f32, int activation, int64_t rows, int64_t columns, const float* x,
         const float* scale, const float* shift, float epsilon, const float* mean,
         const float* variance, float* y)

// ---- layer normalization (layer_norm.cpp); mean and inverse_deviation have `rows` values
TALUS_OP(layer_norm_f32, int64_t rows, int64_t columns, const float* x, const float* scale,
         const float* shift, float epsilon, float* mean, float* inverse_deviation, float* y)
TALUS_OP(layer_norm_gradient_f32, int64_t rows, int64_t columns, const float* d_y, const float* x,
         const float* scale, const float* mean, const float* inverse_deviation, float* d_x,
         float* d_scale, float* d_shift)

// ---- one step of recurrent layers (recurrent.cpp), rows x units. previous, d_cell: null for 0;
// gates, d_previous: null if not wanted. Rows of gates, z and x are those of each gate side by
// side: i, f, g, o (lstm) or r, z, n (gru).
TALUS_OP(lstm_cell_f32, int64_t rows, int64_t units, const float* z, const float* previous,
         float* gates, float* cell, float* h)
TALUS_OP(lstm_cell_gradient_f32, int64_t rows, int64_t units, const float* d_h, const float* d_cell,
         const float* gates, const float* previous, const float* cell, float* d_z,
         float* d_previous)
TALUS_OP(gru_cell_f32, int64_t rows, int64_t units, const float* x, const float* recurrent,
         const float* previous, float* gates, float* h)
// d_previous = beta_previous * d_previous + ...
TALUS_OP(gru_cell_gradient_f32, int64_t rows, int64_t units, const float* d_h, const float* gates,
         const float* recurrent, const float* previous, float* d_x, float* d_recurrent,
         float beta_previous, float* d_previous)

// ---- embeddings (embedding.cpp)
// y[i, :] = table[spans[i % columns][0] + ids[i], :] for `count` ids, or a row of NaN. spans:
// columns x 2, the first row of a column's ids and the one after its last.
TALUS_OP(embedding_f32, int64_t count, int64_t columns, int64_t dimensions, const float* table,
         const float* ids, const int32_t* spans, float* y)
TALUS_OP(embedding_gradient_f32, int64_t count, int64_t columns, int64_t rows, int64_t dimensions,
         const float* d_y, const float* ids, const int32_t* spans, float* d_table)

// ---- reductions (reduce.cpp). axis: 0 all -> 1 value, 1 each row -> rows values, 2 each column ->
// columns values
TALUS_OP(reduce_f32, int op, int axis, int64_t rows, int64_t columns, const float* x, float* y)
TALUS_OP(argmax_f32, int64_t rows, int64_t columns, const float* x, int32_t* y)

// ---- random numbers (random.cpp). step: null, or one value in memory that enters the counter.
TALUS_OP(random_uniform_f32, int64_t count, uint64_t seed, uint32_t stream, const int32_t* step,
         float low, float high, float* y)
TALUS_OP(random_normal_f32, int64_t count, uint64_t seed, uint32_t stream, const int32_t* step,
         float mean, float deviation, float* y)
TALUS_OP(dropout_f32, int64_t count, uint64_t seed, uint32_t stream, const int32_t* step,
         float rate, const float* x, float* y)

// ---- images changed at random (augment.cpp). turns: the most rotation, in 2^-24 of a turn.
TALUS_OP(augment_images_f32, int64_t count, int64_t height, int64_t width, int64_t channels,
         uint64_t seed, uint32_t stream, const int32_t* step, int mirror, int shift, int turns,
         float scale, float shear, int cutout, float fill, const float* x, float* y)

// ---- optimizers (optimizer.cpp). learning_rate and step are one value each, in memory.
// g' = gradient + l2 * weights; velocity = momentum * velocity + g'; weights -= lr * (nesterov ? g'
// + momentum * velocity : velocity). velocity null: momentum is 0 and weights -= lr * g'.
TALUS_OP(sgd_f32, int64_t count, float* weights, const float* gradient, float* velocity,
         const float* learning_rate, float momentum, int nesterov, float l2)
// step counts from 1. decay: decoupled weight decay (AdamW); l2: added to the gradient (Adam).
TALUS_OP(adam_f32, int64_t count, float* weights, const float* gradient, float* m, float* v,
         const float* learning_rate, const int32_t* step, float beta1, float beta2, float epsilon,
         float l2, float decay)

// ---- similarity (similarity.cpp, similarity_top_k.cpp, sparse_similarity.cpp). measure:
// SimilarityMeasure. Outputs share no memory with inputs or with each other.
TALUS_OP(similarity_f32, int measure, int64_t rows_a, int64_t rows_b, int64_t columns,
         const float* a, const float* b, float* y)
// For each row of a the k most similar rows of b, most similar first, ties to the smaller index.
// exclude_self: row i of b is not a candidate for row i of a. Places with no candidate left: index
// -1, score NaN. indices, scores: rows_a x k.
TALUS_OP(similarity_top_k_f32, int measure, int64_t rows_a, int64_t rows_b, int64_t columns,
         const float* a, const float* b, int exclude_self, int64_t k, int32_t* indices,
         float* scores)
// As similarity_top_k_f32 with b = the CSR matrix made dense and a = rows first_row .. first_row +
// asked_rows-1 of it, which the results are of; or, by SparseMeasure, over common columns. least,
// shrinkage and after_the_first are those of Support, which measures of whole rows know as well.
// Columns ascend within a row, no duplicates.
TALUS_OP(sparse_similarity_top_k_f32, int measure, int64_t least, float shrinkage,
         int after_the_first, int64_t rows, int64_t columns, const int64_t* row_offsets,
         const int32_t* column_indices, const float* values, int64_t first_row, int64_t asked_rows,
         int exclude_self, int64_t k, int32_t* indices, float* scores)
// *bytes = the most scratch memory, of all threads, that this takes with `stored` values.
TALUS_OP(sparse_similarity_top_k_scratch, int measure, int64_t least, float shrinkage, int64_t rows,
         int64_t columns, int64_t stored, int64_t asked_rows, int64_t k, int64_t* bytes)

// ---- limits of the machine, for `talus info` and the benchmarks (limits.cpp)
// Runs `iterations` of a register-only multiply-add loop on every thread and adds the
// floating-point operations to *flops.
TALUS_OP(measure_fma_f32, int64_t iterations, double* flops)
