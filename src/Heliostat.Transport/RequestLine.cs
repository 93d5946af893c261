namespace Heliostat.Transport;

/// <summary>The requests of a connection: in line, and sent and awaited. All of it is guarded by the lock of the connection.</summary>
internal sealed class RequestLine(FramedConnection connection)
{
    private readonly Queue<RoundTrip> _toSend = new();
    private readonly Queue<RoundTrip> _ofTurn = new();
    private readonly Stack<RoundTrip> _spare = new();
    private int _turns;
    private bool _isHeld;

    /// <summary>Those whose answers are awaited, in order.</summary>
    public Queue<RoundTrip> Awaited { get; } = new();

    /// <summary>Those that would be sent next if the peer took them.</summary>
    public Queue<RoundTrip> Due => _isHeld ? _ofTurn : _toSend;

    public bool IsEmpty => Awaited.Count == 0 && _toSend.Count == 0 && _ofTurn.Count == 0;

    public RoundTrip Add(in Request request, bool inline, int? turn, long now)
    {
        if (request.Kind != RequestKind.Answered && !IsEmpty)
        {
            throw new InvalidOperationException("bare bytes while other requests are in flight");
        }

        if (turn is { } held && !(_isHeld && held == _turns))
        {
            throw new InvalidOperationException("the turn is over");
        }

        var trip = _spare.TryPop(out var spare) ? spare : new RoundTrip(connection);
        trip.Begin(request, inline, now);
        (turn is null ? _toSend : _ofTurn).Enqueue(trip);
        return trip;
    }

    /// <summary>The next to send, or null.</summary>
    public RoundTrip? Next()
    {
        while (Due.TryDequeue(out var trip))
        {
            if (trip.HasOutcome)
            {
                LetGo(trip);
                continue;
            }

            trip.Stage = RoundTripStage.Sending;
            Awaited.Enqueue(trip);
            return trip;
        }

        return null;
    }

    /// <summary>
    /// Gives the frame to the oldest that awaits one; false when nobody wants it. The caller lets go of <paramref name="trip"/>.
    /// </summary>
    public bool TryAnswer(Frame frame, out RoundTrip? trip) => Awaited.TryDequeue(out trip) && trip.Answer(frame);

    /// <summary>Begins a turn and gives its number.</summary>
    public int TakeTurn()
    {
        if (_isHeld)
        {
            throw new InvalidOperationException("another turn is not over");
        }

        _isHeld = true;
        return ++_turns;
    }

    /// <summary>False when it was over.</summary>
    public bool EndTurn(int turn)
    {
        if (!_isHeld || turn != _turns)
        {
            return false;
        }

        _isHeld = false;
        return true;
    }

    /// <summary>Fails all; those whose tasks are to be ended are added to <paramref name="failed"/>.</summary>
    public void FailAll(KafkaConnectionException reason, List<RoundTrip> failed)
    {
        FailAll(_toSend, reason, failed);
        FailAll(_ofTurn, reason, failed);
        FailAll(Awaited, reason, failed);
    }

    /// <summary>One of its two holders needs it no longer.</summary>
    public void LetGo(RoundTrip trip)
    {
        if (trip.LetGo())
        {
            _spare.Push(trip);
        }
    }

    private void FailAll(Queue<RoundTrip> trips, KafkaConnectionException reason, List<RoundTrip> failed)
    {
        while (trips.TryDequeue(out var trip))
        {
            trip.Fail(reason);
            if (trip.TryEnd())
            {
                failed.Add(trip);
            }
            else
            {
                LetGo(trip);
            }
        }
    }
}
