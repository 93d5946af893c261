using System.Collections.Concurrent;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;

namespace Heliostat.Client.Producing;

/// <summary>Gets producer ids: one for the producer, and a new one when a partition has used up its epochs or was fenced.</summary>
internal sealed class IdentityLoop(Producer producer, BackOff backOff)
{
    private readonly AsyncSignal _wake = new(inline: false);
    private readonly ConcurrentDictionary<long, bool> _used = new();
    private StrongIdentity? _current;
    private volatile KafkaErrorException? _fenced;

    /// <summary>What a partition that was never opened before begins with; none before the first answer.</summary>
    public ProducerIdentity Current => Volatile.Read(ref _current)?.Value ?? ProducerIdentity.None;

    /// <summary>This producer has, or had, this producer id.</summary>
    public bool IsOurs(long producerId) => _used.ContainsKey(producerId);

    /// <summary>Its batches carry this producer id from now on.</summary>
    public void Use(ProducerIdentity identity) => _used[identity.ProducerId] = true;

    /// <summary>A partition has no producer id.</summary>
    public void Need() => _wake.Set();

    /// <summary>Somebody took over what a partition's epochs come from: the producer ends.</summary>
    public void Fenced(ErrorCode code, string message)
    {
        _fenced = new KafkaErrorException(code, message);
        _wake.Set();
    }

    /// <summary>Faults with a <see cref="KafkaErrorException"/> when the cluster gives out no producer ids, or what epochs come from is somebody else's.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await using var stop = ct.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), _wake);
        while (!ct.IsCancellationRequested)
        {
            if (_fenced is { } fenced) throw fenced;

            if (Current.IsNone || producer.Partitions.Any(partition => partition.Term is null && partition.NeedsProducerId))
            {
                var identity = await NextAsync(ct);
                _used[identity.ProducerId] = true;
                foreach (var partition in producer.Partitions.Where(partition => partition.Term is null)) partition.Assign(identity);
                Volatile.Write(ref _current, new StrongIdentity(identity));
                producer.Transaction?.Identified(identity);
            }
            else if (producer.Partitions.FirstOrDefault(partition => partition.NeedsProducerId) is { Term: { } term } followed)
            {
                var identity = await term.NextAsync(followed.Used, ct);
                _used[identity.ProducerId] = true;
                followed.Assign(identity);
            }
            else
            {
                await _wake.WaitAsync();
            }
        }
    }

    /// <summary>In transactions: a new epoch for all partitions, of which nothing is under way.</summary>
    public void Replace(ProducerIdentity identity)
    {
        _used[identity.ProducerId] = true;
        Volatile.Write(ref _current, new StrongIdentity(identity));
        foreach (var partition in producer.Partitions) partition.Renumber(identity);
    }

    private async Task<ProducerIdentity> NextAsync(CancellationToken ct)
    {
        if (producer.Transaction is not { } transaction) return await GetAsync(ct);

        // There is one for all, asked for once: asking again would fence ourselves.
        return Current.IsNone ? await transaction.InitAsync(ct) : Current;
    }

    private async Task<ProducerIdentity> GetAsync(CancellationToken ct)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                var identity = await producer.Network.InitProducerIdAsync(ct);
                if (identity.IsUnnumbered) producer.Outcomes.Unnumbered();
                return identity;
            }
            catch (KafkaConnectionException failure)
            {
                producer.Outcomes.Unreachable(ErrorCode.NetworkException, failure.Message);
            }
            catch (KafkaErrorException failure) when (failure.Code.IsRetriable())
            {
                producer.Outcomes.Unreachable(failure.Code, failure.Message);
            }

            await Task.Delay(backOff.Next(failures), producer.Time, ct);
        }
    }

    private sealed record StrongIdentity(ProducerIdentity Value);
}
