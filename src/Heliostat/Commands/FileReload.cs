using Heliostat.Api;
using Heliostat.Configuration;
using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Mirroring.Flows;
using Heliostat.Output.Logs;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Commands;

/// <summary>
/// Lets a running mirror go on as its file says now: only flows that are different begin anew. A file that cannot work changes nothing, and
/// it is said why.
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
        try
        {
            await ReloadAsync(dryRun: false, ct);
            return true;
        }
        catch (ConfigurationException)
        {
            return false;
        }
    }

    /// <summary>The same for who wants to know what came of it, or would.</summary>
    /// <exception cref="ConfigurationException">The file cannot work; nothing was changed.</exception>
    public async Task<ReloadDocument> ReloadAsync(bool dryRun, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            if (_now.ReadAgain() is not { } next)
            {
                return new ReloadDocument(0, [], []) { DryRun = dryRun };
            }

            var read = next.ToFile();
            FlowChange[] changed = [.. Changed(next, read, dryRun)];
            var same = read.Flows.Count(flow => _now.Differs(flow.Name, next) is []);
            var document = new ReloadDocument(same, changed, [.. NeedsRestart(next, read)]);
            if (dryRun)
            {
                return document with { DryRun = true };
            }

            Say(document, read.Flows.Count);
            file.Take(read);
            _now = next;
            return document;
        }
        catch (ConfigurationException failure) when (!dryRun)
        {
            foreach (var problem in failure.Problems)
            {
                log.Say(LogLevel.Error, $"{problem}", name: "file_refused");
            }

            log.Say(LogLevel.Error, "the file was read again and cannot work: nothing was changed", name: "file_refused");
            throw;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Lets flows that are different go on as they are to be now.</summary>
    private IEnumerable<FlowChange> Changed(MirrorMaker2Configuration next, MirrorMaker2File read, bool dryRun)
    {
        foreach (var flow in read.Flows)
        {
            if (_now.Differs(flow.Name, next) is { Count: > 0 } keys)
            {
                var isThrottleOnly = keys is [var only] && only == MirrorMaker2Configuration.ThrottleKey;
                yield return new FlowChange($"{flow.Name}", keys, !dryRun && engine.Change(flow, isThrottleOnly));
            }
        }
    }

    private IEnumerable<string> NeedsRestart(MirrorMaker2Configuration next, MirrorMaker2File read)
    {
        foreach (var flow in read.Flows.Where(flow => _now.Differs(flow.Name, next) is null))
        {
            yield return $"{flow.Name} is new in the file: it runs after a restart";
        }

        foreach (var gone in _now.Flows.Except(next.Flows))
        {
            yield return $"{gone} is not in the file any more: it runs until a restart";
        }

        if (_now.ProcessDiffers(next) is { Count: > 0 } own)
        {
            yield return $"the file says otherwise: {string.Join(", ", own)}; that takes a restart";
        }
    }

    private void Say(ReloadDocument document, int flows)
    {
        foreach (var (flow, keys, isTaken) in document.Changed)
        {
            var how = isTaken ? "the flow goes on as it says now" : "the flow does not run: it takes a restart";
            var level = isTaken ? LogLevel.Information : LogLevel.Warning;
            var name = isTaken ? "file_taken" : "file_needs_restart";
            log.Say(level, $"the file says otherwise: {string.Join(", ", keys)}; {how}", flow, name);
        }

        foreach (var restart in document.NeedsRestart)
        {
            log.Say(LogLevel.Warning, restart, name: "file_needs_restart");
        }

        log.Say(LogLevel.Information, $"the file was read again; flows that are as they were: {document.Same} of {flows}",
            name: "file_read");
    }
}
