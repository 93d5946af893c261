using System.Collections.Concurrent;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;

namespace Heliostat.Client.Producing;

/// <summary>
/// Gets producer ids: one for the producer, and a new one when a partition has used up its epochs or was fenced. Each term asks for itself:
/// one whose coordinator does not answer holds up no other.
/// </summary>
internal sealed class IdentityLoop(Producer producer, BackOff backOff)
{
    private readonly Dictionary<IProducerTerm, Asking> _asking = [];
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

    /// <summary>
    /// Faults with a <see cref="KafkaErrorException"/> when the cluster gives out no producer ids, or what epochs come from is somebody
    /// else's.
    /// </summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await using var stop = ct.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), _wake);
        try
        {
            while (!ct.IsCancellationRequested)
            {
                if (_fenced is { } fenced) throw fenced;

                await EndAskingAsync();
                if (Current.IsNone || producer.Partitions.Any(partition => partition.Term is null && partition.NeedsProducerId))
                {
                    await AskAsync(ct);
                    continue;
                }

                AskTerms(over.Token);
                await _wake.WaitAsync();
            }
        }
        finally
        {
            await over.CancelSoonAsync();
            await Settling.AllAsync(_asking.Values.Select(asking => asking.Task)).SettleAsync();
        }
    }

    /// <summary>In transactions: a new epoch for all partitions, of which nothing is under way.</summary>
    public void Replace(ProducerIdentity identity)
    {
        Use(identity);
        Volatile.Write(ref _current, new StrongIdentity(identity));
        foreach (var partition in producer.Partitions) partition.Renumber(identity);
    }

    private async Task AskAsync(CancellationToken ct)
    {
        var identity = await NextAsync(ct);
        Use(identity);
        foreach (var partition in producer.Partitions.Where(partition => partition.Term is null)) partition.Assign(identity);
        Volatile.Write(ref _current, new StrongIdentity(identity));
        producer.Transaction?.Identified(identity);
    }

    /// <summary>Each term whose partitions need an epoch asks, unless it does already.</summary>
    private void AskTerms(CancellationToken ct)
    {
        var needy = producer.Partitions.Where(partition => partition.Term is not null && partition.NeedsProducerId)
            .Select(partition => partition.Term!).ToHashSet();
        foreach (var term in needy.Where(term => !_asking.ContainsKey(term)))
        {
            var asking = new Asking();
            _asking.Add(term, asking);
            asking.Task = AskAsync(term, asking, ct);
        }
    }

    /// <summary>Throws what a term was refused with.</summary>
    private async Task EndAskingAsync()
    {
        foreach (var (term, asking) in _asking.Where(one => one.Value.IsOver).ToList())
        {
            _asking.Remove(term);
            await asking.Task;
        }
    }

    private async Task AskAsync(IProducerTerm term, Asking asking, CancellationToken ct)
    {
        try
        {
            foreach (var partition in producer.Partitions.Where(one => ReferenceEquals(one.Term, term) && one.NeedsProducerId))
            {
                var used = partition.Used;
                var identity = await AnswerAsync(
                    () => term.NextAsync(used, ct), static code => code.IsRetriable() || code == ErrorCode.UnknownServerError, ct);
                Use(identity);
                partition.Assign(identity);
            }
        }
        finally
        {
            // One that needs it since is found by the loop.
            asking.IsOver = true;
            _wake.Set();
        }
    }

    private async Task<ProducerIdentity> NextAsync(CancellationToken ct)
    {
        // There is one for all, asked for once: asking again would fence ourselves.
        if (producer.Transaction is { } transaction) return Current.IsNone ? await transaction.InitAsync(ct) : Current;

        var identity = await AnswerAsync(
            async () => await producer.Network.InitProducerIdAsync(ct), static code => code.IsRetriable(), ct);
        if (identity.IsUnnumbered) producer.Outcomes.Unnumbered();
        return identity;
    }

    /// <summary>Asks until there is an answer, or an error that does not pass.</summary>
    private async Task<ProducerIdentity> AnswerAsync(Func<Task<ProducerIdentity>> ask, Func<ErrorCode, bool> passes, CancellationToken ct)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                return await ask();
            }
            catch (KafkaConnectionException failure)
            {
                producer.Outcomes.Unreachable(ErrorCode.NetworkException, failure.Message);
            }
            catch (KafkaErrorException failure) when (passes(failure.Code))
            {
                producer.Outcomes.Unreachable(failure.Code, failure.Message);
            }

            await Task.Delay(backOff.Next(failures), producer.Time, ct);
        }
    }

    private sealed record StrongIdentity(ProducerIdentity Value);

    /// <summary>A term is asked for its next epoch.</summary>
    private sealed class Asking
    {
        private volatile bool _isOver;

        public Task Task { get; set; } = Task.CompletedTask;

        public bool IsOver
        {
            get => _isOver;
            set => _isOver = value;
        }
    }
}
