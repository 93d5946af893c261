using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;

namespace Heliostat.Broker.Faults;

/// <summary>
/// The faults that befall requests to an <see cref="EmbeddedCluster"/>: each is one line in a test. The newest that matches decides.
/// </summary>
public sealed class FaultRules
{
    /// <summary>For <c>times</c>: until the fault is disposed.</summary>
    public const int Always = -1;

    private Fault[] _faults = [];
    private readonly Lock _lock = new();

    /// <summary>Answers requests with an error, without doing what they ask.</summary>
    public Fault Fail(ApiKey api, ErrorCode error, int times = 1) =>
        Add(new Fault(this, api, times, _ => new FaultAction { Error = error }));

    /// <summary>
    /// Holds answers back, as a long line does: requests behind them are served meanwhile. All APIs when <paramref name="api"/> is null.
    /// </summary>
    public Fault Delay(ApiKey? api, TimeSpan delay, int times = Always) =>
        Add(new Fault(this, api, times, _ => new FaultAction { Delay = delay }));

    /// <summary>Serves requests, and cuts the connection after so many bytes of the answer; 0 loses the answer whole.</summary>
    public Fault Cut(ApiKey api, long afterBytes, int times = 1) =>
        Add(new Fault(this, api, times, _ => new FaultAction { CutAfterBytes = afterBytes }));

    /// <summary>Closes the connection of requests, and does not serve them.</summary>
    public Fault Close(ApiKey api, int times = 1) => Add(new Fault(this, api, times, _ => new FaultAction { Close = true }));

    /// <summary>Keeps requests waiting, and those behind them on their connections, until the task ends.</summary>
    public Fault Hold(ApiKey api, Task until, int times = Always) =>
        Add(new Fault(this, api, times, _ => new FaultAction { Until = until }));

    /// <summary>Decides for each request of an API; null when it does not concern the fault.</summary>
    public Fault Intercept(ApiKey api, Func<FaultyRequest, FaultAction?> decide, int times = Always) =>
        Add(new Fault(this, api, times, decide));

    /// <summary>Answers requests by hand; null leaves one to the broker.</summary>
    public Fault Answer<TRequest, TResponse>(ApiKey api, Func<TRequest, TResponse?> answer, int times = Always)
        where TRequest : class, IRequest<TResponse>
        where TResponse : class, IBody, new() =>
        Add(new Fault(this, api, times,
            request => answer((TRequest)request.Body) is { } response ? new FaultAction { Response = response } : null));

    /// <summary>Ends all faults.</summary>
    public void Clear()
    {
        lock (_lock) _faults = [];
    }

    internal FaultAction Decide(in FaultyRequest request)
    {
        var faults = Volatile.Read(ref _faults);
        for (var i = faults.Length - 1; i >= 0; i--)
        {
            if (faults[i].Decide(request) is { } action) return action;
        }

        return FaultAction.Serve;
    }

    internal void Remove(Fault fault)
    {
        lock (_lock) _faults = [.. _faults.Where(other => other != fault)];
    }

    private Fault Add(Fault fault)
    {
        lock (_lock) _faults = [.. _faults, fault];
        return fault;
    }
}
