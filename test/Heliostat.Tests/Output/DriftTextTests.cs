using Heliostat.Mirroring.Planning.Drift;
using Heliostat.Output;

namespace Heliostat.Tests.Output;

public sealed class DriftTextTests
{
    [Fact]
    public void Each_difference_is_a_line_under_its_kind()
    {
        var file = new DriftFile("mm2.properties", [new FlowDrift("A->B", 7,
        [
            new Difference(DifferenceKind.Topic, "A.gone", "is not there", "3", null),
            new Difference(DifferenceKind.Config, "A.a", "retention.ms", null, "1000"),
            new Difference(DifferenceKind.Group, "billing on A.a-0", "the group has members there", "12", null),
            new Difference(DifferenceKind.Quota, "user 'x'", "producer_byte_rate", "5", null),
            new Difference(DifferenceKind.ScramUser, "bob", "SCRAM-SHA-256", "4096 iterations", null),
        ], [new NotCompared("groups", "why", IsChosen: true), new NotCompared("quotas", "target: no", IsChosen: false)])]);

        Assert.Equal("""
            A->B  7 topics
              Topics
                A.gone is not there
              Configs
                A.a  retention.ms: the default on the source, 1000 on the target
              Groups
                billing on A.a-0: would go on at 12, nothing is written; the group has members there
              Quotas, which no mirror copies
                user 'x'  producer_byte_rate: 5 on the source, none on the target
              Users of SCRAM, whose passwords no cluster tells: make them by hand
                bob  SCRAM-SHA-256: 4096 iterations on the source, none on the target
              Not compared: groups (why)
              Not compared: quotas (target: no)

            """.ReplaceLineEndings("\n") + "\n", DriftText.Of(file, 140).ReplaceLineEndings("\n"));
        Assert.Equal((5, 1), (file.Differences, file.Untold));
    }

    [Fact]
    public void Where_nothing_differs_it_is_said() =>
        Assert.Contains("Nothing of what was compared is otherwise.",
            DriftText.Of(new DriftFile("f", [new FlowDrift("A->B", 1, [], [])]), 140), StringComparison.Ordinal);
}
