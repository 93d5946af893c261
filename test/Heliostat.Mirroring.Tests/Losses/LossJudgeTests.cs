using Heliostat.Configuration.Losses;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Tails;

namespace Heliostat.Mirroring.Tests.Losses;

/// <summary>A lane at source offset 200, mirrored in epoch 3 up to target offset 149, and what its clusters may say of it.</summary>
public sealed class LossJudgeTests
{
    private static readonly TopicPartition Lane = new("orders", 3);
    private static readonly Guid Old = Guid.Parse("00000000-0000-0000-0000-000000000001");
    private static readonly Guid New = Guid.Parse("00000000-0000-0000-0000-000000000002");
    private static readonly LanePosition Position = new(200, 3, 149) { Topics = new TopicIds(Old, Old) };

    private static readonly LaneFacts Good = new()
    {
        Position = Position,
        Topics = new TopicIds(Old, Old),
        SourcePartitions = 4,
        LogStart = 50,
        LogEnd = 300,
        EpochEnd = 250,
        TargetEnd = 150,
    };

    /// <summary>What brokers before 0.11 tell.</summary>
    private static readonly LaneFacts Bare = Good with { Position = new LanePosition(200, -1, 149), Topics = default, EpochEnd = null };

    [Fact]
    public void A_log_that_is_the_same_is_gone_on_with() => Assert.All(
        [
            Good, Good with { EpochEnd = 200 }, Good with { LogEnd = 200, EpochEnd = 200 }, Good with { LogStart = 200 },
            Good with { EpochEnd = null },
            Good with { LogEnd = 190, EpochEnd = 200 }, Bare, Bare with { IsSameRecord = true }, Good with { TargetEnd = 900 },
            Good with { TargetEnd = -1 },
            Good with { Position = Position with { LastTargetOffset = -1 }, TargetEnd = 0 },
        ],
        facts => Assert.Null(LossJudge.Judge(Lane, facts)));

    [Fact]
    public void Epochs_tell_where_a_truncated_log_parts_however_long_it_is_by_now()
    {
        var loss = LossJudge.Judge(Lane, Good with { EpochEnd = 120 });

        Assert.Equal(new Loss(
            Lane, LossKind.Truncated, 200, 120,
            "source: the log of orders-3 was truncated to offset 120 below position 200 (unclean leader election): 80 offsets that were "
                + "mirrored are no more on the source, "
            + "and what came after them has their offsets"), loss);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Another_id_is_another_topic_whatever_its_length(bool isLonger)
    {
        var loss = LossJudge.Judge(Lane,
            Good with { Topics = new TopicIds(New, Old), LogStart = 0, LogEnd = isLonger ? 500 : 5, EpochEnd = isLonger ? 500 : -1 });

        Assert.Equal((LossKind.Recreated, 0L), (loss?.Kind, loss?.GoOnAt));
        Assert.Contains("deleted and created anew", loss!.Cause, StringComparison.Ordinal);
        Assert.Contains("what the old log held from offset 200 on is gone", loss.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_ids_an_unknown_epoch_is_another_topic() =>
        Assert.Equal(LossKind.Recreated, LossJudge.Judge(Lane, Good with { Topics = default, EpochEnd = -1 })?.Kind);

    [Fact]
    public void Without_ids_and_epochs_the_ends_and_the_records_tell()
    {
        Assert.Equal(LossKind.Truncated, LossJudge.Judge(Lane, Bare with { LogEnd = 199 })?.Kind);
        Assert.Equal(LossKind.Recreated, LossJudge.Judge(Lane, Bare with { IsSameRecord = false })?.Kind);
        Assert.Equal(LossKind.Gap, LossJudge.Judge(Lane, Bare with { LogStart = 201 })?.Kind);
    }

    [Fact]
    public void Records_are_compared_only_where_nothing_else_can_tell()
    {
        Assert.False(Good.NeedsRecord);
        Assert.True((Good with { Topics = default }).NeedsRecord);
        Assert.True(Bare.NeedsRecord);
        Assert.False((Bare with { LogStart = 200 }).NeedsRecord);
        Assert.False((Bare with { LogEnd = 199 }).NeedsRecord);
        Assert.False((Bare with { TargetEnd = 149 }).NeedsRecord);
        Assert.False((Bare with { Position = new LanePosition(0, -1) }).NeedsRecord);
    }

    [Fact]
    public void A_log_that_starts_behind_the_position_has_a_gap()
    {
        // The leader that has no epoch as old as asked for names the start of the oldest it has.
        var loss = LossJudge.Judge(Lane, Good with { LogStart = 260, EpochEnd = 260 });

        Assert.Equal((LossKind.Gap, 260L), (loss?.Kind, loss?.GoOnAt));
        Assert.Equal("source: orders-3: offsets 200 to 259 were deleted by retention before they were mirrored: 60 offsets are skipped",
            loss?.Cause);
    }

    [Fact]
    public void Partitions_that_are_not_there_are_shrunk_or_gone()
    {
        Assert.Equal(LossKind.Shrunk, LossJudge.Judge(Lane, Good with { SourcePartitions = 3 })?.Kind);
        Assert.Equal(LossKind.Gone, LossJudge.Judge(Lane, Good with { SourcePartitions = 0 })?.Kind);
    }

    [Fact]
    public void A_target_that_is_shorter_or_another_lost_what_it_acknowledged()
    {
        var shorter = LossJudge.Judge(Lane, Good with { TargetEnd = 100 });
        var other = LossJudge.Judge(Lane, Good with { Topics = new TopicIds(Old, New), TargetEnd = 400 });

        Assert.Equal((LossKind.TargetLost, null), (shorter?.Kind, shorter?.GoOnAt));
        Assert.Contains("50 offsets were lost there", shorter!.Cause, StringComparison.Ordinal);
        Assert.Equal((LossKind.TargetLost, 0L), (other?.Kind, other?.GoOnAt));
    }

    [Fact]
    public void A_target_with_a_marker_where_a_record_was_committed_lost_that()
    {
        var loss = LossJudge.Judge(Lane, Good with { IsVoid = true, TargetEnd = 151 });

        Assert.Equal((LossKind.TargetLost, null), (loss?.Kind, loss?.GoOnAt));
        Assert.Contains("holds a marker or what was aborted at offset 149", loss!.Cause, StringComparison.Ordinal);
        Assert.Null(LossJudge.Judge(Lane, Good with { IsVoid = true, Position = Position with { LastTargetOffset = -1 } }));
    }

    /// <summary>Under exactly-once the last offset before a lane that was moved, or began anew, is a marker as a rule.</summary>
    [Fact]
    public void Only_a_position_that_a_record_was_committed_with_claims_that_it_is_there()
    {
        var committed = Position with { IsCommitted = true };
        var here = new TailOutcome { Verdict = TailVerdict.Unverified, From = 200, Resume = 200, LastTarget = 149 };
        var gap = new Loss(Lane, LossKind.Gap, 200, 230, "");
        var lost = gap with { Kind = LossKind.TargetLost };

        Assert.True((Good with { Position = committed }).HasPlace);
        Assert.False(Good.HasPlace);
        Assert.False((Good with { Position = committed, TargetEnd = 149 }).HasPlace);
        Assert.True(here.Behind(committed).IsCommitted);
        Assert.False((here with { LastTarget = 151 }).Behind(committed).IsCommitted);
        Assert.False((here with { Resume = 210, LastTarget = 160 }).Behind(committed).IsCommitted);
        Assert.True(LossRemedy.Of(gap, LossAction.Record, Good with { Position = committed }, _ => null)!.Value.IsCommitted);
        Assert.False(LossRemedy.Of(lost, LossAction.Record, Good with { Position = committed }, _ => null)!.Value.IsCommitted);
    }

    [Fact]
    public void A_remedy_goes_on_only_where_facts_say_it_is_right()
    {
        Loss Of(LaneFacts facts) => LossJudge.Judge(Lane, facts)!;
        long? From(LaneFacts facts, LossAction action, long? mapped = null) => LossRemedy.Of(Of(facts), action, facts, _ => mapped)?.Offset;
        var truncated = Good with { EpochEnd = 120 };
        var recreated = Good with { Topics = new TopicIds(New, Old), LogStart = 7 };
        var gap = Good with { LogStart = 260, EpochEnd = 260 };
        var shorter = Good with { TargetEnd = 100 };
        var other = Good with { Topics = new TopicIds(Old, New), TargetEnd = 400 };

        Assert.Equal(120, From(truncated, LossAction.Rewind));
        Assert.Equal(7, From(recreated, LossAction.Restart));
        Assert.Equal(260, From(gap, LossAction.Record));
        Assert.Equal(150, From(shorter, LossAction.Repair, mapped: 150));
        Assert.Equal(50, From(other, LossAction.Repair));
        Assert.Equal(200, From(shorter, LossAction.Record));
        Assert.Null(From(shorter, LossAction.Repair, mapped: null));
        Assert.Null(From(shorter, LossAction.Repair, mapped: 250));
        Assert.All([truncated, recreated, gap, shorter, other], facts => Assert.Null(From(facts, LossAction.Halt)));
    }

    /// <summary>
    /// A model: a log grows, loses its tail in elections and its head to retention, is created anew, while a lane mirrors it now and then.
    /// Whatever the lane would miss or mix by going on is a loss to the judge, and nothing else is.
    /// </summary>
    [Fact]
    public void Of_random_histories_every_loss_is_found_and_nothing_else()
    {
        for (var seed = 0; seed < 3000; seed++)
        {
            var model = new LogModel(new Random(seed));
            var position = model.Run(steps: 12);
            var loss = LossJudge.Judge(Lane, model.Facts(position));

            Assert.True(model.Expected(position) == loss?.Kind, $"seed {seed}: expected {model.Expected(position)}, found {loss}");
        }
    }
}
