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

    /// <summary>What a partition that was never opened before begins with; none before the first answer.</summary>
    public ProducerIdentity Current => Volatile.Read(ref _current)?.Value ?? ProducerIdentity.None;

    /// <summary>This producer has, or had, this producer id.</summary>
    public bool IsOurs(long producerId) => _used.ContainsKey(producerId);

    /// <summary>A partition has no producer id.</summary>
    public void Need() => _wake.Set();

    /// <summary>Faults with a <see cref="KafkaErrorException"/> when the cluster gives out no producer ids.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await using var stop = ct.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), _wake);
        while (!ct.IsCancellationRequested)
        {
            if (Current.IsNone || producer.Partitions.Any(partition => partition.NeedsProducerId))
            {
                var identity = await NextAsync(ct);
                _used[identity.ProducerId] = true;
                foreach (var partition in producer.Partitions) partition.Assign(identity);
                Volatile.Write(ref _current, new StrongIdentity(identity));
                producer.Transaction?.Identified(identity);
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
                return await producer.Network.InitProducerIdAsync(ct);
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
