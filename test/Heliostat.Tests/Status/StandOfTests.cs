using Heliostat.Mirroring.Planning;
using Heliostat.Status;

namespace Heliostat.Tests.Status;

/// <summary>What is not known is not told as none.</summary>
public sealed class StandOfTests
{
    private const string Place = "127.0.0.1:8083";

    [Fact]
    public void Where_no_flow_can_be_read_nothing_is_said_of_its_lanes() => Says(
        $"No mirror of this file answers at {Place}, and A->B cannot be read: B: cannot reach b:9092: connection refused.", [],
        [("A->B", "B: cannot reach b:9092: connection refused")]);

    [Fact]
    public void An_end_that_is_not_known_makes_the_lag_a_least_one() => Says(
        $"No mirror of this file answers at {Place}. The clusters say: 2 lanes, at least 5 records behind.",
        [Flow(new LaneStored("t", 0, 10, 15), new LaneStored("t", 1, 10, null))], []);

    [Fact]
    public void What_can_be_read_is_told_beside_what_cannot() => Says(
        $"No mirror of this file answers at {Place}. The clusters say: 1 lane, 0 records behind; B->A cannot be read: refused.",
        [Flow(new LaneStored("t", 0, 10, 10))], [("B->A", "refused")]);

    private static FlowStand Flow(params LaneStored[] lanes) => new("A->B", lanes, []);

    private static void Says(string sentence, IReadOnlyList<FlowStand> flows, IReadOnlyList<(string Flow, string Cause)> unread) =>
        Assert.Equal(sentence, StandOf.Clusters(flows, unread, Place, DateTimeOffset.UnixEpoch).Sentence);
}
