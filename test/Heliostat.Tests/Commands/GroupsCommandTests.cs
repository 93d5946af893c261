using Heliostat.Testing;
using Heliostat.Testing.Processes;

namespace Heliostat.Tests.Commands;

public sealed class GroupsCommandTests
{
    [Fact]
    public async Task Clusters_choose_the_flows_into_them()
    {
        using var folder = new TemporaryFolder("groups");
        var file = folder.File("mm2.properties");
        await File.WriteAllTextAsync(file,
            "clusters = A, B\nA.bootstrap.servers = a:1\nB.bootstrap.servers = b:1\nA->B.enabled = true\nB->A.enabled = true\n");

        var outcome = await HeliostatProcess.RunAsync(["groups", file, "--clusters", "B", "--flow", "B->A"], TimeSpan.FromSeconds(60),
            CancellationToken.None);

        Assert.Equal((1, "heliostat: --flow: 'B->A' is not one of the flows: A->B\n"), (outcome.ExitCode, outcome.Errors));
    }
}
