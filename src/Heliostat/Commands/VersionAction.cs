using System.CommandLine;
using System.CommandLine.Invocation;

namespace Heliostat.Commands;

/// <summary>Prints the version on standard output.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(ProgramVersion.Text);
        return ExitCode.Success;
    }
}
