using Microsoft.Extensions.Logging;

namespace Heliostat.Demo;

/// <summary>
/// What happened lately, newest last: faults, and what mirror and brokers log about them. Any thread may add; it keeps the last few.
/// </summary>
internal sealed class DemoEvents(TimeProvider time)
{
    private const int Kept = 100;

    private readonly Lock _gate = new();
    private readonly Queue<DemoEvent> _events = new();

    /// <summary>Called with each event, in order, under the lock of this: must be quick.</summary>
    public Action<DemoEvent>? Added { get; set; }

    public void Add(string text) => Add(new DemoEvent(time.GetLocalNow(), LogLevel.Information, text));

    public void Add(DemoEvent added)
    {
        lock (_gate)
        {
            _events.Enqueue(added);
            if (_events.Count > Kept)
            {
                _events.Dequeue();
            }

            Added?.Invoke(added);
        }
    }

    /// <summary>The newest ones, oldest of them first.</summary>
    public IReadOnlyList<DemoEvent> Latest(int count)
    {
        lock (_gate)
        {
            return [.. _events.TakeLast(count)];
        }
    }
}
