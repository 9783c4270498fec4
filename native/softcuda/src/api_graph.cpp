// Capturing a stream into a graph, and launching it.
#include <algorithm>

#include "api.h"

using namespace softcuda;

namespace {

// Streams that take part are free again, and events recorded in the capture are of no more use.
void release(const std::shared_ptr<Capture>& capture) {
  for (const auto& entry : driver().streams.all())
    if (entry.second->capture == capture) {
      entry.second->capture = nullptr;
      entry.second->tail.clear();
    }
  capture->graph = nullptr;
}

// Did every forked stream come back: does each node but the last of `tail` have a successor?
bool isJoined(const std::vector<Node>& nodes, const std::vector<size_t>& tail) {
  std::vector<bool> followed(nodes.size());
  for (const size_t node : tail) followed[node] = true;
  for (const Node& node : nodes)
    for (const size_t before : node.after) followed[before] = true;
  return std::find(followed.begin(), followed.end(), false) == followed.end();
}

int status(const Stream& stream) {
  if (!stream.capture) return 0;
  return stream.capture->invalid ? 2 : 1;
}

int beginCapture(Stream& stream, int mode) {
  if (mode < 0 || mode > 2) return kInvalidValue;
  if (&stream == stream.context->legacy.get()) return kCaptureUnsupported;
  if (stream.capture) return 401;  // CUDA_ERROR_ILLEGAL_STATE
  auto capture = std::make_shared<Capture>();
  capture->id = ++driver().last_id;
  capture->mode = mode;
  capture->thread = std::this_thread::get_id();
  capture->graph = std::make_shared<Graph>();
  capture->graph->context = stream.context;
  capture->origin = &stream;
  stream.capture = capture;
  stream.tail.clear();
  return kSuccess;
}

int endCapture(Stream& stream, CudaHandle* handle) {
  if (!handle) return kInvalidValue;
  const std::shared_ptr<Capture> capture = stream.capture;
  if (!capture) return 401;  // CUDA_ERROR_ILLEGAL_STATE
  if (capture->origin != &stream) return kCaptureUnmatched;
  if (capture->mode != 2 && capture->thread != std::this_thread::get_id())
    return kCaptureWrongThread;
  const std::shared_ptr<Graph> graph = capture->graph;
  const bool joined = isJoined(graph->nodes, stream.tail);
  release(capture);
  *handle = nullptr;
  if (capture->invalid) return kCaptureInvalidated;
  if (!joined) return kCaptureUnjoined;
  *handle = driver().graphs.add(graph);
  return kSuccess;
}

}  // namespace

SOFTCUDA_API cuStreamBeginCapture_v2(CudaHandle handle, int mode) {
  return streamCall("cuStreamBeginCapture_v2", handle,
                    [&](Stream& stream) -> int { return beginCapture(stream, mode); });
}

SOFTCUDA_API cuStreamEndCapture(CudaHandle handle, CudaHandle* graph) {
  return streamCall("cuStreamEndCapture", handle,
                    [&](Stream& stream) -> int { return endCapture(stream, graph); });
}

SOFTCUDA_API cuStreamIsCapturing(CudaHandle handle, int* answer) {
  return streamCall("cuStreamIsCapturing", handle, [&](Stream& stream) -> int {
    if (!answer) return kInvalidValue;
    *answer = status(stream);
    return kSuccess;
  });
}

SOFTCUDA_API cuStreamGetCaptureInfo_v2(CudaHandle handle, int* answer, uint64_t* id,
                                       CudaHandle* graph, const CudaHandle** dependencies,
                                       size_t* count) {
  return streamCall("cuStreamGetCaptureInfo_v2", handle, [&](Stream& stream) -> int {
    if (!answer) return kInvalidValue;
    if (graph || dependencies || count) return kNotSupported;
    *answer = status(stream);
    if (id && stream.capture) *id = stream.capture->id;
    return kSuccess;
  });
}

SOFTCUDA_API cuThreadExchangeStreamCaptureMode(int* mode) {
  return driverCall("cuThreadExchangeStreamCaptureMode", [&](Driver&) -> int {
    if (!mode || *mode < 0 || *mode > 2) return kInvalidValue;
    std::swap(*mode, captureModeOfThread());
    return kSuccess;
  });
}

namespace {

template <class Body>
int graphCall(const char* name, CudaHandle handle, Body body) {
  return driverCall(name, [&](Driver& state) -> int {
    const std::shared_ptr<Graph> graph = state.graphs.find(handle);
    return graph ? body(*graph) : static_cast<int>(kInvalidValue);
  });
}

int launchGraph(const std::shared_ptr<GraphExec>& exec, Stream& stream) {
  if (stream.capture) return kNotSupported;  // no graphs within graphs
  Work work;
  work.what = "cuGraphLaunch";
  work.run = [exec] { return runNodes(exec->nodes); };
  OperationPointer queued;
  const int code = submit(stream, std::move(work), &queued, {exec->last});
  if (queued) exec->last = queued;
  return code;
}

}  // namespace

SOFTCUDA_API cuGraphInstantiateWithFlags(CudaHandle* exec_handle, CudaHandle handle,
                                         unsigned long long) {
  return contextCall("cuGraphInstantiateWithFlags", [&](Context& context) -> int {
    const std::shared_ptr<Graph> graph = driver().graphs.find(handle);
    if (!exec_handle || !graph) return kInvalidValue;
    auto exec = std::make_shared<GraphExec>();
    exec->context = &context;
    exec->nodes = graph->nodes;
    *exec_handle = driver().graph_execs.add(exec);
    return kSuccess;
  });
}

SOFTCUDA_API cuGraphLaunch(CudaHandle exec_handle, CudaHandle stream) {
  return streamCall("cuGraphLaunch", stream, [&](Stream& where) -> int {
    const std::shared_ptr<GraphExec> exec = driver().graph_execs.find(exec_handle);
    return exec ? launchGraph(exec, where) : static_cast<int>(kInvalidValue);
  });
}

SOFTCUDA_API cuGraphUpload(CudaHandle exec_handle, CudaHandle stream) {
  return streamCall("cuGraphUpload", stream, [&](Stream&) -> int {
    return driver().graph_execs.find(exec_handle) ? kSuccess : kInvalidValue;
  });
}

SOFTCUDA_API cuGraphExecDestroy(CudaHandle exec_handle) {
  return driverCall("cuGraphExecDestroy", [&](Driver& state) -> int {
    return state.graph_execs.remove(exec_handle) ? kSuccess : kInvalidValue;
  });
}

SOFTCUDA_API cuGraphDestroy(CudaHandle handle) {
  return driverCall("cuGraphDestroy", [&](Driver& state) -> int {
    return state.graphs.remove(handle) ? kSuccess : kInvalidValue;
  });
}

SOFTCUDA_API cuGraphCreate(CudaHandle* handle, unsigned flags) {
  return contextCall("cuGraphCreate", [&](Context& context) -> int {
    if (!handle || flags != 0) return kInvalidValue;
    auto graph = std::make_shared<Graph>();
    graph->context = &context;
    *handle = driver().graphs.add(graph);
    return kSuccess;
  });
}

SOFTCUDA_API cuGraphClone(CudaHandle* clone, CudaHandle handle) {
  return graphCall("cuGraphClone", handle, [&](Graph& graph) -> int {
    if (!clone) return kInvalidValue;
    *clone = driver().graphs.add(std::make_shared<Graph>(graph));
    return kSuccess;
  });
}

// How many nodes; they have no handles of their own.
SOFTCUDA_API cuGraphGetNodes(CudaHandle handle, CudaHandle* nodes, size_t* count) {
  return graphCall("cuGraphGetNodes", handle, [&](Graph& graph) -> int {
    if (!count) return kInvalidValue;
    if (nodes) return kNotSupported;
    *count = graph.nodes.size();
    return kSuccess;
  });
}

SOFTCUDA_API cuProfilerStart() {
  return contextCall("cuProfilerStart", [](Context&) -> int { return kSuccess; });
}

SOFTCUDA_API cuProfilerStop() {
  return contextCall("cuProfilerStop", [](Context&) -> int { return kSuccess; });
}
