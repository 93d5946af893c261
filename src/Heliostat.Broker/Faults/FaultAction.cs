using Heliostat.Protocol.Wire;

namespace Heliostat.Broker.Faults;

/// <summary>What to do to a request instead of, or besides, serving it. The default serves it.</summary>
public readonly record struct FaultAction
{
    /// <summary>Serve it as if nothing were.</summary>
    public static FaultAction Serve => default;

    /// <summary>Answer this error wherever the answer has a place for one, and do nothing else.</summary>
    public ErrorCode Error { get; init; }

    /// <summary>Answer this, and do nothing else. It must be the API's response type.</summary>
    public IBody? Response { get; init; }

    /// <summary>Wait for this before the request is served.</summary>
    public Task? Until { get; init; }

    /// <summary>Hold the answer back for so long, while later requests of the connection are served, as on a long line.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Serve the request, let so many bytes of the answer out, and cut the connection. 0 loses the answer whole.</summary>
    public long? CutAfterBytes { get; init; }

    /// <summary>Close the connection without serving the request.</summary>
    public bool Close { get; init; }
}
