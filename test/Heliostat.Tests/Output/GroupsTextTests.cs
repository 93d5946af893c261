using Heliostat.Mirroring.Planning;
using Heliostat.Output;

namespace Heliostat.Tests.Output;

public sealed class GroupsTextTests
{
    [Fact]
    public void What_is_true_of_the_whole_flow_is_said_once()
    {
        var text = Text("not mirrored yet", "not mirrored yet", "not mirrored yet");

        Assert.Equal("A->B\n  not mirrored yet\n", text[..24]);
        Assert.Equal(2, text.Split("not mirrored yet").Length);
    }

    [Fact]
    public void What_is_true_of_some_rows_stands_once_under_them()
    {
        var lines = Text("a", "a", null, "b").TrimEnd().Split('\n');

        Assert.Equal(["a", "b"], lines.Where(line => line.Trim() is "a" or "b").Select(line => line.Trim()));
        Assert.Equal("a", lines[4].Trim());
        Assert.Equal("b", lines[7].Trim());
    }

    private static string Text(params string?[] notes) => GroupsText.Of(
        [new FlowGroups("A->B", [.. notes.Select((note, n) => new GroupPosition
        {
            Group = "billing",
            Topic = "orders",
            Partition = n,
            TargetTopic = "A.orders",
            SourceOffset = 5,
            Note = note
        })])]).ReplaceLineEndings("\n");
}
