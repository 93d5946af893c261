using Heliostat.Transport;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Clusters;

/// <summary>What all parts of a flow share.</summary>
/// <param name="Time">The clock.</param>
/// <param name="Loggers">Loggers of clients.</param>
/// <param name="Logger">The flow's own log.</param>
/// <param name="Frames">The memory between the clusters, that of all flows of the process.</param>
internal sealed record FlowScope(TimeProvider Time, ILoggerFactory Loggers, ILogger Logger, FramePool Frames);
