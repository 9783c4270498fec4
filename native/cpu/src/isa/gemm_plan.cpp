#include "gemm_plan.h"

#include "../runtime/codes.h"
#include "../runtime/pool.h"
#include "../runtime/processor.h"

namespace talus::TALUS_ISA {
namespace {

// Sums of up to this many products stay in registers; C is read and written once for each.
constexpr int64_t kDepth = 1024;

// Column panels of a thread that pay for packing its rows.
constexpr int64_t kColumnPanelsToPack = 4;

// The same where tiles can continue sums and rows are few, so that C stays near. A column panel of
// 256 steps stays in the first-level cache of an Intel Xeon, to which the second-level one is far:
// 5 % on products of a dense layer. On other processors this was not measured.
const int64_t kContinuedDepth = is_intel() ? 256 : kDepth;

int64_t depth_for(int64_t k, int64_t most) {
  int64_t blocks = ceil_div(k, most);
  return blocks <= 1 ? k : ceil_div(k, blocks);
}

}  // namespace

Product plan_product(int trans_a, int trans_b, int64_t m, int64_t n, int64_t k, const float* a,
                     int64_t lda, const float* b, int64_t ldb, const Epilogue& epilogue) {
  Side side_a{m, a, lda, trans_a == 0, nullptr}, side_b{n, b, ldb, trans_b != 0, nullptr};
  // With B transposed, one of the two is packed by transposing it: B, or with the roles exchanged
  // A (nothing where that is transposed as well) and each tile of the result.
  bool exchange = trans_b && (trans_a || m * (k + n) < n * k);
  bool continues = !exchange && epilogue.alpha == 1 && epilogue.beta == 0;
  // A panel that is packed by transposing it is the dearer the shorter it is.
  bool near = row_panels(m) < kRowPanelsToOwn && !side_b.k_adjoins;
  int64_t most = continues && near ? kContinuedDepth : kDepth;
  Product product{side_a, side_b, k, depth_for(k, most), continues, epilogue};
  if (exchange) product.rows = side_b, product.columns = side_a;
  product.epilogue.transposed = exchange;
  return product;
}

namespace {

// Whether each block packs its rows for itself.
bool blocks_pack_rows(const Product& x) {
  return row_panels(x.rows.count) >= kRowPanelsToOwn && x.k >= 512 &&
         x.columns.count >= 16 * kTileColumns;
}

}  // namespace

// Steps lie apart, each in another page: packed, dW of a dense layer takes 3 to 5 % less on an
// Intel Xeon, where a thread does half of the columns.
bool packs_rows_once(const Product& x) {
  return !x.rows.k_adjoins && x.k >= 64 && x.depth == x.k &&
         row_panels(x.rows.count) >= kRowPanelsToPack &&
         column_panels(x.columns.count) >= kColumnPanelsToPack * max_workers() &&
         !blocks_pack_rows(x);
}

bool wants_packed_rows(const Product& x) {
  if (blocks_pack_rows(x) || packs_rows_once(x)) return true;
  if (row_panels(x.rows.count) >= kRowPanelsToOwn && x.k >= 512) return false;
  return rows_collide(x.rows.stride) && x.columns.count > 2 * kTileColumns && x.k >= 64 &&
         x.rows.count > kTileRows / 2;
}

// With few row blocks each task packs its own columns: a copy made by another core would have to be
// fetched from there.
bool wants_packed_columns(const Product& x) {
  return x.columns.k_adjoins && row_panels(x.rows.count) > 4 * kRowPanelsToPack;
}

void pack_rows(const Product& x, int64_t panel) {
  const Side& side = x.rows;
  RowPanels panels(side.count);
  int64_t i = panels.start(panel);
  const float* from = side.data + (side.k_adjoins ? i * side.stride : i);
  pack_row_panel(side.k_adjoins, panels.rows(panel), x.k, from, side.stride, side.packed + i * x.k);
}

void pack_columns(const Product& x, int64_t panel) {
  const Side& side = x.columns;
  int64_t j = panel * kTileColumns, left = side.count - j;
  const float* from = side.data + (side.k_adjoins ? j * side.stride : j);
  pack_column_panel(!side.k_adjoins, left < kTileColumns ? left : kTileColumns, x.k, from,
                    side.stride, side.packed + j * x.k);
}

namespace {

// Whether multiply_block packs its rows, depth by depth.
bool packs_rows(const Product& x) { return x.rows.packed == nullptr && wants_packed_rows(x); }

// Packs row panels first_row .. last_row-1, `depth` steps of k from `first` on.
void pack_row_block(const Product& x, int64_t first_row, int64_t last_row, int64_t first,
                    int64_t depth, float* block) {
  const Side& side = x.rows;
  const RowPanels panels(side.count);
  for (int64_t r = first_row; r < last_row; r++) {
    int64_t i = panels.start(r);
    const float* from =
        side.data + (side.k_adjoins ? i * side.stride + first : i + first * side.stride);
    pack_row_panel(side.k_adjoins, panels.rows(r), depth, from, side.stride, block);
    block += panels.rows(r) * depth;
  }
}

// The part of the epilogue that is due after the products of k = first .. last-1.
Epilogue epilogue_of(const Product& x, int64_t first, int64_t last) {
  Epilogue e = last < x.k ? x.epilogue.before_last() : x.epilogue;
  if (first > 0 && !x.continues) e.beta = 1;
  return e;
}

// packed: the rows from i on as pack_row_block left them, or null.
void set_row_operand(const Product& x, int64_t i, int64_t first, const float* packed, Tile* tile) {
  const Side& side = x.rows;
  if (packed != nullptr) {
    tile->a = packed;
    tile->a_step = tile->rows;
    tile->a_row_major = false;
    return;
  }
  if (side.packed != nullptr) {
    tile->a = side.packed + i * x.k + first * tile->rows;
    tile->a_step = tile->rows;
    tile->a_row_major = false;
  } else {
    tile->a = side.data + (side.k_adjoins ? i * side.stride + first : i + first * side.stride);
    tile->a_step = side.stride;
    tile->a_row_major = side.k_adjoins;
  }
}

void set_column_operand(const Product& x, int64_t j, int64_t first, float* panel, Tile* tile) {
  const Side& side = x.columns;
  int64_t left = side.count - j;
  tile->columns = left < kTileColumns ? left : kTileColumns;
  if (side.packed != nullptr) {
    tile->b = side.packed + j * x.k + first * kTileColumns;
    tile->b_step = kTileColumns;
  } else if (side.k_adjoins) {
    pack_column_panel(false, tile->columns, tile->k, side.data + j * side.stride + first,
                      side.stride, panel);
    tile->b = panel;
    tile->b_step = kTileColumns;
  } else {
    tile->b = side.data + j + first * side.stride;
    tile->b_step = side.stride;
  }
}

}  // namespace

int64_t block_floats(const Product& x, int64_t row_panels) {
  return x.depth * (2 * kTileColumns + (packs_rows(x) ? row_panels * kTileRows : 0));
}

namespace {

// The column panels of one block and one depth: the present one, and the next, which the tiles of
// the present one pack, a part each.
struct ColumnPanels {
  const Product& x;
  int64_t first, depth, last_column;
  float *panel, *next;
  bool packed = false;

  // Points the tile at panel q.
  void begin(int64_t q, bool copies, Tile* tile) {
    tile->packed_b = nullptr;
    if (packed) {
      tile->columns = kTileColumns;
      use_packed(tile);
      return;
    }
    set_column_operand(x, q * kTileColumns, first, panel, tile);
    if (copies) tile->packed_b = panel;
  }

  void use_packed(Tile* tile) const {
    tile->b = panel;
    tile->b_step = kTileColumns;
    tile->packed_b = nullptr;
  }

  // With few steps of k, B tends to be near already.
  bool packs_after(int64_t q) const {
    return depth >= 256 && q + 1 < last_column && (q + 2) * kTileColumns <= x.columns.count;
  }

  // The part of panel q + 1 that tile `index` of `count` packs.
  CopyAhead part(int64_t q, int64_t index, int64_t count) const {
    int64_t begin = index * depth / count, end = (index + 1) * depth / count;
    int64_t stride = x.columns.stride;
    return {end - begin, x.columns.data + (q + 1) * kTileColumns + (first + begin) * stride, stride,
            next + begin * kTileColumns};
  }

  void end(bool packed_next) {
    packed = packed_next;
    float* other = panel;
    panel = next;
    next = other;
  }
};

}  // namespace

void multiply_block(const Product& x, int64_t first_row, int64_t last_row, int64_t first_column,
                    int64_t last_column, float* scratch, bool holds_rows) {
  const RowPanels panels(x.rows.count);
  // Worth copying for the tiles below the first.
  const bool copies =
      x.columns.packed == nullptr && !x.columns.k_adjoins && last_row - first_row > 2;
  const bool packs = packs_rows(x);
  const int64_t panel_floats = x.depth * kTileColumns;
  float* block = scratch + 2 * panel_floats;
  int64_t first = 0;
  do {
    int64_t last = first + x.depth < x.k ? first + x.depth : x.k;
    Epilogue e = epilogue_of(x, first, last);
    Tile tile{};
    tile.k = last - first;
    tile.continues = x.continues && first > 0;
    if (packs && !holds_rows) pack_row_block(x, first_row, last_row, first, tile.k, block);
    ColumnPanels columns{x, first, tile.k, last_column, scratch, scratch + panel_floats};
    for (int64_t q = first_column; q < last_column; q++) {
      columns.begin(q, copies, &tile);
      const bool packs_next = copies && columns.packs_after(q);
      // The first tile of a panel that nobody packed before packs it for the others.
      const int64_t first_packer = first_row + (tile.packed_b != nullptr ? 1 : 0);
      for (int64_t r = first_row; r < last_row; r++) {
        int64_t i = panels.start(r);
        tile.rows = panels.rows(r);
        const float* rows = packs ? block + (i - panels.start(first_row)) * tile.k : nullptr;
        set_row_operand(x, i, first, rows, &tile);
        if (packs_next && r >= first_packer) {
          tile.ahead = columns.part(q, r - first_packer, last_row - first_packer);
        }
        multiply_tile(tile, e, i, q * kTileColumns);
        tile.ahead.rows = 0;
        if (tile.packed_b != nullptr) columns.use_packed(&tile);
      }
      columns.end(packs_next);
    }
    first = last;
  } while (first < x.k);
}

}  // namespace talus::TALUS_ISA
