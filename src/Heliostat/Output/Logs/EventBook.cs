namespace Heliostat.Output.Logs;

/// <summary>The last events, for the page and the API. Thread-safe.</summary>
/// <param name="most">So many are kept.</param>
internal sealed class EventBook(int most = EventBook.Most)
{
    public const int Most = 1000;

    private readonly Lock _gate = new();
    private readonly Queue<BookedEvent> _events = new();
    private long _last;

    /// <summary>The number of the newest; 0 before the first.</summary>
    public long Last
    {
        get
        {
            lock (_gate)
            {
                return _last;
            }
        }
    }

    public void Add(LoggedEvent happened)
    {
        lock (_gate)
        {
            _events.Enqueue(new BookedEvent(++_last, happened));
            if (_events.Count > most)
            {
                _events.Dequeue();
            }
        }
    }

    /// <summary>Those after number <paramref name="since"/>, the oldest first.</summary>
    public IReadOnlyList<BookedEvent> After(long since)
    {
        lock (_gate)
        {
            return [.. _events.Where(booked => booked.Number > since)];
        }
    }
}

/// <summary>An event and its number, which grows by one with each.</summary>
internal sealed record BookedEvent(long Number, LoggedEvent Event);
