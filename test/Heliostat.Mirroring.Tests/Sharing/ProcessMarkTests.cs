using System.Diagnostics;
using Heliostat.Mirroring.Sharing;

namespace Heliostat.Mirroring.Tests.Sharing;

public sealed class ProcessMarkTests
{
    [Fact]
    public void This_process_runs_and_of_others_nothing_is_said()
    {
        Assert.False(ProcessMark.HasEnded(ProcessMark.Own));
        Assert.False(ProcessMark.HasEnded(null));
        Assert.False(ProcessMark.HasEnded("host/4711"));
        Assert.False(ProcessMark.HasEnded("another-boot/pid:[4026531836]/1/2"));
    }

    [Fact]
    public async Task One_that_has_ended_here_is_known_to_have()
    {
        if (ProcessMark.Own is not { } own)
        {
            return;
        }

        using var process = Process.Start(new ProcessStartInfo("sleep", "600"))!;
        var start = (await File.ReadAllTextAsync($"/proc/{process.Id}/stat")).Split(") ")[^1].Split(' ')[19];
        var mark = string.Join('/', [.. own.Split('/')[..2], $"{process.Id}", start]);

        Assert.False(ProcessMark.HasEnded(mark));
        process.Kill();
        await process.WaitForExitAsync();
        Assert.True(ProcessMark.HasEnded(mark));

        // Its number may be another one's by then.
        Assert.True(ProcessMark.HasEnded(own[..own.LastIndexOf('/')] + "/1"));
    }
}
