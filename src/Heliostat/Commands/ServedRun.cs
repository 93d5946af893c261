using System.Net;
using Heliostat.Api;
using Heliostat.Configuration.Options;
using Heliostat.Connect;

namespace Heliostat.Commands;

/// <summary>What the API of a run shows besides the engine.</summary>
/// <param name="Api">How it is to be served.</param>
/// <param name="Options">The options of a flow, as they are now; null where there is none of that name.</param>
/// <param name="Connectors">The flows as tools of Kafka Connect see them.</param>
internal sealed record ServedRun(ServedApi Api, Func<FlowName, FlowOptions?> Options, Func<IMirror, Desk, IConnectors> Connectors)
{
    /// <summary>Reads the file again, or only says what would come of it; null where there is none.</summary>
    public Func<bool, CancellationToken, Task<ReloadDocument>>? Reload { get; init; }

    /// <summary>Told where it listens first, before anything runs.</summary>
    public Action<IPEndPoint>? Listens { get; init; }

    /// <summary>Of a file of MirrorMaker 2's dedicated mode.</summary>
    public static ServedRun Of(FileInUse file) => new(
        file.First.Api, flow => file.Of(flow)?.Flows.First(options => options.Name == flow),
        (mirror, desk) => new Connectors(mirror, file, desk));
}
