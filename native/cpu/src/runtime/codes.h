// The integer codes that cross the ABI. The Java enums carry the same numbers in their `code`
// field; CpuCodesTest compares the two.
#pragma once

namespace talus {

enum Activation { kIdentity = 0, kRelu = 1, kGelu = 2, kTanh = 3, kSigmoid = 4 };

enum PoolFunction { kPoolMax = 0, kPoolAverage = 1 };

enum Reduction { kMean = 0, kSum = 1, kNone = 2 };

enum UnaryOp {
  kNegate = 0,
  kAbs = 1,
  kSquare = 2,
  kSqrt = 3,
  kReciprocal = 4,
  kExp = 5,
  kLog = 6,
  kUnaryRelu = 7,
  kUnaryGelu = 8,
  kUnaryTanh = 9,
  kUnarySigmoid = 10,
};

enum BinaryOp { kAdd = 0, kSubtract = 1, kMultiply = 2, kDivide = 3, kMaximum = 4, kMinimum = 5 };

enum Broadcast { kSameShape = 0, kRow = 1, kColumn = 2, kScalar = 3 };

enum ReduceOp {
  kReduceSum = 0,
  kReduceMean = 1,
  kReduceMax = 2,
  kReduceMin = 3,
  kReduceSumOfSquares = 4
};

enum Axis { kAll = 0, kEachRow = 1, kEachColumn = 2 };

enum SimilarityMeasure { kDot = 0, kCosine = 1, kPearson = 2, kEuclidean = 3 };

enum SparseMeasure {
  kSparseDot = 0,
  kSparseCosine = 1,
  kSparsePearson = 2,
  kSparseEuclidean = 3,
  kSparseTanimoto = 4,
  kSparseCommonCosine = 5,
  kSparseCommonPearson = 6,
  kSparseCommonMeanSquaredDifference = 7
};

}  // namespace talus
