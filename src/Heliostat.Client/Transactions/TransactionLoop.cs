using Heliostat.Client.Producing;
using Heliostat.Protocol.Messages;
using Heliostat.Transport.Waiting;

namespace Heliostat.Client.Transactions;

/// <summary>
/// Adds the partitions that have something to send to the transaction, as many as there are in one request and one request at a time; and
/// begins a new epoch before a transaction where that is due.
/// </summary>
internal sealed class TransactionLoop(ProducerTransaction transaction, TransactionGate gate, Producer producer,
    TransactionRequests requests)
{
    private readonly AsyncSignal _wake = new(inline: false);
    private readonly Dictionary<TopicPartition, ProducerPartition> _adding = [];
    private readonly List<(ProducerPartition Partition, ErrorCode Code)> _answered = [];

    public void Wake() => _wake.Set();

    /// <summary>Faults with a <see cref="TransactionLostException"/> when the transaction is lost.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await using var stop = ct.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), _wake);
        while (!ct.IsCancellationRequested)
        {
            gate.ThrowIfLost();
            if (gate.BeginAdding())
            {
                if (gate.NeedsNewEpoch) await RenewAsync(ct);
                await AddAsync(ct);
                transaction.EndAdding();
            }
            else
            {
                await _wake.WaitAsync();
            }
        }
    }

    private async Task RenewAsync(CancellationToken ct)
    {
        try
        {
            transaction.Renewed(await requests.InitAsync(producer.Identities.Current, Timeout.InfiniteTimeSpan, ct));
        }
        catch (KafkaErrorException failure) when (failure.Code == ErrorCode.UnsupportedVersion)
        {
            transaction.Lose(failure.Code,
                $"an answer of the coordinator was lost, and brokers before Kafka 2.5 give no new epoch to go on in: {failure.Message}");
        }
        catch (KafkaErrorException failure)
        {
            transaction.Lose(failure.Code, failure.Message);
        }
    }

    private async Task AddAsync(CancellationToken ct)
    {
        for (var failures = 0; gate.TakeWanted(_adding);)
        {
            var attempt = await requests.AddAsync(producer.Identities.Current, TopicsOf(_adding), ct);
            gate.Asked(attempt.IsLost);
            switch (attempt.Verdict)
            {
                case CoordinatorVerdict.Done when Apply(attempt.Answer!):
                    failures = 0;
                    break;
                case CoordinatorVerdict.Refused:
                    transaction.Lose(attempt.Code, attempt.Message);
                    break;
                default:
                    await requests.WaitAsync(attempt.Verdict, ++failures, ct);
                    break;
            }
        }
    }

    /// <summary>
    /// Where one partition is refused the others are not attempted: they go again without it. False when it answers nothing.
    /// </summary>
    private bool Apply(AddPartitionsToTxnResponse answer)
    {
        _answered.Clear();
        foreach (var topic in answer.ResultsByTopicV3AndBelow)
        {
            foreach (var result in topic.ResultsByPartition)
            {
                if (result.PartitionErrorCode == ErrorCode.OperationNotAttempted) continue;
                if (_adding.Remove(new(topic.Name, result.PartitionIndex), out var partition))
                    _answered.Add((partition, result.PartitionErrorCode));
            }
        }

        gate.Join(_answered);
        foreach (var (partition, code) in _answered) Tell(partition, code);
        return _answered.Count > 0;
    }

    private void Tell(ProducerPartition partition, ErrorCode code)
    {
        if (code == ErrorCode.None)
        {
            partition.Join(gate.Number);
            return;
        }

        var message =
            $"{producer.Network.Cluster}: {partition.Target} cannot be added to the transaction of '{producer.Options.TransactionalId}': "
                + $"{code.Name()}";
        producer.Counters.Failed(code, message);
        if (code == ErrorCode.UnknownTopicOrPartition)
        {
            producer.Network.Invalidate();
            partition.NotJoined(code, message);
        }
        else
        {
            partition.JoinRefused(code, message);
        }
    }

    private static List<AddPartitionsToTxnTopic> TopicsOf(Dictionary<TopicPartition, ProducerPartition> partitions)
    {
        var byName = new Dictionary<string, AddPartitionsToTxnTopic>();
        foreach (var target in partitions.Keys)
        {
            if (!byName.TryGetValue(target.Topic, out var topic))
                byName.Add(target.Topic, topic = new AddPartitionsToTxnTopic { Name = target.Topic });

            topic.Partitions.Add(target.Partition);
        }

        return [.. byName.Values];
    }
}
