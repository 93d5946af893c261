using Heliostat.Output;
using Heliostat.Testing;
using Microsoft.Extensions.Logging;

namespace Heliostat.Tests.Output;

public sealed class TerminalLoggerTests
{
    [Fact]
    public void A_line_of_one_of_several_flows_says_whose_it_is()
    {
        using var text = new StringWriter();
        using var logger = new TerminalLogger(new Terminal(text, isTerminal: false), new ManualTimeProvider(), Verbosity.Normal);

        logger.CreateLogger("Heliostat.Flow.A->B").Log(LogLevel.Information, "3 lanes opened");
        logger.CreateLogger("Heliostat.Client").Log(LogLevel.Information, "connected");

        var lines = text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.EndsWith("INFO  A->B: 3 lanes opened", lines[0].TrimEnd(), StringComparison.Ordinal);
        Assert.EndsWith("INFO  connected", lines[1].TrimEnd(), StringComparison.Ordinal);
    }
}
