using System.Globalization;
using System.Text;
using Heliostat.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Producing;

/// <summary>
/// Brings answers to their partitions and draws the conclusions that concern more than the partition: metadata, counters, the log.
/// </summary>
internal sealed partial class ProduceOutcomes(Producer producer, ILogger logger)
{
    private const int MostRecordsNamed = 3;

    public void Answered(ProducerPartition partition, int nodeId, PartitionProduceResponse answer)
    {
        if (ProduceVerdicts.Of(answer.ErrorCode, producer.Transaction is not null) == ProduceVerdict.Appended)
        {
            Conclude(partition, partition.Complete(answer.ErrorCode, answer.BaseOffset, null), answer.ErrorCode, null);
            return;
        }

        var message = Describe(partition, nodeId, answer);
        producer.Counters.Failed(answer.ErrorCode, message);
        if (answer.CurrentLeader is { } leader) producer.Hint(partition, leader.LeaderId, leader.LeaderEpoch);
        if (answer.ErrorCode.NeedsNewMetadata() || answer.ErrorCode == ErrorCode.RebootstrapRequired) producer.Network.Invalidate();
        Conclude(partition, partition.Complete(answer.ErrorCode, answer.BaseOffset, message), answer.ErrorCode, message);
    }

    /// <summary>The answer to a partition's oldest batch in flight will not come.</summary>
    public void Lost(ProducerPartition partition, string message)
    {
        Unreachable(ErrorCode.NetworkException, message);
        Conclude(partition, partition.Complete(ErrorCode.NetworkException, -1, message), ErrorCode.NetworkException, message);
    }

    public void Unreachable(ErrorCode code, string message)
    {
        producer.Counters.Failed(code, message);
        producer.Network.Invalidate();
    }

    public void Refused(ProducerPartition partition, ErrorCode code, string? message)
    {
        producer.Counters.Refused();
        producer.Counters.Failed(code, message ?? code.Name());
        Log.Refused(logger, producer.Network.Cluster, partition.Target.Topic, partition.Target.Partition, code.Name(), message);
    }

    /// <summary>
    /// A batch does not stand where it was to stand. Nobody may commit what may be in a transaction twice; otherwise it is looked who wrote
    /// there.
    /// </summary>
    public void Jumped(ProducerPartition partition, ProduceJump jump)
    {
        if (producer.Transaction is not null && jump.MayBeOurs) Doubled(partition);
        else producer.Jumps.Saw(partition, jump);
    }

    /// <summary>Another producer wrote to the partition.</summary>
    public void Foreign(ProducerPartition partition, ProduceJump jump, long producerId)
    {
        producer.Counters.Foreign();
        Log.Foreign(logger, producer.Network.Cluster, partition.Target.Topic, partition.Target.Partition, jump.To - jump.From, jump.From,
            Who(producerId));
    }

    private static string Who(long producerId) =>
        producerId < 0 ? "a producer without an id" : string.Create(CultureInfo.InvariantCulture, $"producer id {producerId}");

    /// <summary>The cluster gives out no producer ids.</summary>
    public void Unnumbered() => Log.Unnumbered(logger, producer.Network.Cluster);

    /// <summary>A batch that was sent again was stored again.</summary>
    public void Doubled(ProducerPartition partition)
    {
        producer.Counters.Doubled();
        Log.Doubled(logger, producer.Network.Cluster, partition.Target.Topic, partition.Target.Partition);
        producer.Transaction?.Lose(ErrorCode.None,
            $"{producer.Network.Cluster}: {partition.Target}: a batch that was sent again is there twice");
    }

    /// <summary>A partition's batch cannot be given up without giving up the transaction.</summary>
    public void TransactionLost(ProducerPartition partition)
    {
        var why = partition.Snapshot();
        Conclude(partition, ProduceStep.TransactionLost, why.Cause, why.Message);
    }

    private void Conclude(ProducerPartition partition, ProduceStep step, ErrorCode code, string? message)
    {
        if (step is ProduceStep.Continue or ProduceStep.Halt) return;

        var (topic, number) = partition.Target;
        var cluster = producer.Network.Cluster;
        switch (step)
        {
            case ProduceStep.Retry:
                Log.Retries(logger, cluster, topic, number, message);
                break;
            case ProduceStep.NewEpoch:
                producer.Counters.EpochBumped();
                Log.NewEpoch(logger, cluster, topic, number, code.Name(), Next(partition));
                break;
            case ProduceStep.NewEpochUnsure:
                producer.Counters.EpochBumped();
                producer.Counters.Doubled();
                Log.NewEpochUnsure(logger, cluster, topic, number, code.Name(), Next(partition));
                break;
            case ProduceStep.NewProducerId:
                producer.Counters.EpochBumped();
                Log.NewProducerId(logger, cluster, topic, number, code.Name());
                producer.Identities.Need();
                break;
            case ProduceStep.TermLost:
                producer.Identities.Fenced(code,
                    $"{cluster}: {partition.Target} is written by another process now, which has fenced this one: "
                        + $"{message ?? code.Name()}");
                break;
            case ProduceStep.TransactionLost:
                producer.Transaction!.Lose(code, message ?? $"{cluster}: {partition.Target}: {code.Name()}");
                break;
            default:
                break;
        }
    }

    /// <summary>The epoch that it goes on in; one that has to be asked for is asked for.</summary>
    private int Next(ProducerPartition partition)
    {
        if (!partition.Identity.IsNone) return partition.Identity.Epoch;

        producer.Identities.Need();
        return partition.Used.Epoch + 1;
    }

    private string Describe(ProducerPartition partition, int nodeId, PartitionProduceResponse answer)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"{producer.Network.Cluster}: {partition.Target} at broker {nodeId}: {answer.ErrorCode.Name()}");
        if (!string.IsNullOrEmpty(answer.ErrorMessage)) text.Append(": ").Append(answer.ErrorMessage);
        for (var i = 0; i < Math.Min(answer.RecordErrors.Count, MostRecordsNamed); i++)
        {
            var record = answer.RecordErrors[i];
            text.Append(CultureInfo.InvariantCulture, $"; record {record.BatchIndex}: {record.BatchIndexErrorMessage ?? "refused"}");
        }

        var rest = answer.RecordErrors.Count - MostRecordsNamed;
        if (rest > 0) text.Append(CultureInfo.InvariantCulture, $"; and {rest} more");
        return text.ToString();
    }
}
