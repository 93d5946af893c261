using System.Threading.Channels;

namespace Heliostat.Client.Producing;

/// <summary>
/// Looks who wrote where target offsets jumped: the batch that stands there names its producer. One that may be ours is always looked at;
/// of another that writes to a partition all the time it is enough to be told now and then.
/// </summary>
internal sealed class JumpLoop(Producer producer)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    private readonly Channel<(ProducerPartition Partition, ProduceJump Jump)> _jumps =
        Channel.CreateBounded<(ProducerPartition, ProduceJump)>(new BoundedChannelOptions(64)
        {
            FullMode = BoundedChannelFullMode.DropWrite
        });

    private readonly Dictionary<TopicPartition, long> _looked = [];

    /// <summary>Offsets jumped; what is too much at once is not looked at.</summary>
    public void Saw(ProducerPartition partition, ProduceJump jump) => _jumps.Writer.TryWrite((partition, jump));

    public async Task RunAsync(CancellationToken ct)
    {
        while (await _jumps.Reader.WaitToReadAsync(ct))
        {
            while (_jumps.Reader.TryRead(out var saw)) await LookAsync(saw.Partition, saw.Jump, ct);
        }
    }

    private async Task LookAsync(ProducerPartition partition, ProduceJump jump, CancellationToken ct)
    {
        if (!jump.MayBeOurs && partition.IsShared) return;
        if (!jump.MayBeOurs && _looked.TryGetValue(partition.Target, out var at) && producer.Time.GetElapsedTime(at) < LookAgain) return;

        _looked[partition.Target] = producer.Time.GetTimestamp();
        var writer = await producer.Network.ProducerAtAsync(partition.Target, jump.From, ct);
        if (writer is { } id && !producer.Identities.IsOurs(id) && !(jump.MayBeOurs && partition.Identity.IsUnnumbered))
        {
            if (!partition.IsShared) producer.Outcomes.Foreign(partition, jump, id);
        }
        else if (jump.MayBeOurs || (writer is not null && producer.Transaction is null))
        {
            // Sent again, or by a lane of before that was given up with it in flight.
            producer.Outcomes.Doubled(partition);
        }
    }
}
