using Heliostat.Api;
using Heliostat.Configuration;
using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Mirroring.Flows;
using Heliostat.Output.Logs;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Commands;

/// <summary>
/// Lets a running mirror go on as its file says now: only flows that are different begin anew. A file that cannot work changes nothing, and it is said why.
/// </summary>
/// <param name="configuration">The file as it was read first.</param>
/// <param name="file">What everybody else of this process takes for the file.</param>
/// <param name="engine">What runs.</param>
/// <param name="log">Where it is said what changed.</param>
internal sealed class FileReload(MirrorMaker2Configuration configuration, FileInUse file, MirrorEngine engine, TerminalLogger log)
{
    private readonly AsyncLock _one = new();
    private MirrorMaker2Configuration _now = configuration;

    /// <summary>Reads the file again, and says what came of it; false where it cannot work.</summary>
    public async Task<bool> ReloadAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            if (_now.ReadAgain() is { } next)
            {
                var read = next.ToFile();
                await TakeAsync(next, read);
                file.Take(read);
                _now = next;
            }

            return true;
        }
        catch (ConfigurationException failure)
        {
            foreach (var problem in failure.Problems)
            {
                log.Say(LogLevel.Error, $"{problem}", name: "file_refused");
            }

            log.Say(LogLevel.Error, "the file was read again and cannot work: nothing was changed", name: "file_refused");
            return false;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task TakeAsync(MirrorMaker2Configuration next, MirrorMaker2File read)
    {
        var same = 0;
        foreach (var flow in read.Flows)
        {
            if (_now.Differs(flow.Name, next) is not { } keys)
            {
                log.Say(LogLevel.Warning, $"{flow.Name} is new in the file: it runs after a restart", name: "file_needs_restart");
                continue;
            }

            same += keys.Count == 0 ? 1 : 0;
            if (keys.Count > 0)
            {
                var isDone = engine.Change(flow, isThrottleOnly: keys is [var only] && only == MirrorMaker2Configuration.ThrottleKey);
                log.Say(
                    isDone ? LogLevel.Information : LogLevel.Warning,
                    $"the file says otherwise: {string.Join(", ", keys)}; {(isDone ? "the flow goes on as it says now" : "the flow does not run: it takes a restart")}", $"{flow.Name}",
                    isDone ? "file_taken" : "file_needs_restart");
            }
        }

        foreach (var gone in _now.Flows.Except(next.Flows))
        {
            log.Say(LogLevel.Warning, $"{gone} is not in the file any more: it runs until a restart", name: "file_needs_restart");
        }

        if (_now.ProcessDiffers(next) is { Count: > 0 } own)
        {
            log.Say(LogLevel.Warning, $"the file says otherwise: {string.Join(", ", own)}; that takes a restart", name: "file_needs_restart");
        }

        log.Say(LogLevel.Information, $"the file was read again; flows that are as they were: {same} of {read.Flows.Count}", name: "file_read");
    }
}
