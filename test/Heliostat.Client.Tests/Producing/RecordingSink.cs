using Heliostat.Client.Producing;

namespace Heliostat.Client.Tests.Producing;

/// <summary>Keeps what a partition tells, and checks that it comes in order.</summary>
internal sealed class RecordingSink(long position = 0) : IProduceSink
{
    private readonly Lock _gate = new();
    private readonly List<(long First, long BaseOffset)> _acknowledged = [];
    private (ErrorCode Code, string? Message)? _refused;
    private int _refusals;
    private long _position = position;

    /// <summary>The source offset after the last acknowledged batch.</summary>
    public long Position
    {
        get
        {
            lock (_gate) return _position;
        }
    }

    public (ErrorCode Code, string? Message)? Refusal
    {
        get
        {
            lock (_gate) return _refused;
        }
    }

    public int Refusals
    {
        get
        {
            lock (_gate) return _refusals;
        }
    }

    public List<(long First, long BaseOffset)> Batches
    {
        get
        {
            lock (_gate) return [.. _acknowledged];
        }
    }

    public void Acknowledged(in ProduceBatch batch, long baseOffset)
    {
        lock (_gate)
        {
            Assert.Equal(_position, batch.FirstSourceOffset);
            _position = batch.NextSourceOffset;
            _acknowledged.Add((batch.FirstSourceOffset, baseOffset));
        }
    }

    public void Refused(ErrorCode code, string? message)
    {
        lock (_gate)
        {
            _refused = (code, message);
            _refusals++;
        }
    }

    public void Forget()
    {
        lock (_gate) _refused = null;
    }
}
