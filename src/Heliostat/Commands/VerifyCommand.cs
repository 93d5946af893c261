using System.CommandLine;
using System.Security.Cryptography;
using Heliostat.Client;
using Heliostat.Configuration;
using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Configuration.Dialects.Quick;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Audit;
using Heliostat.Mirroring.Planning;
using Heliostat.Output;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Commands;

/// <summary><c>heliostat verify</c>: whether the target holds what the source does, content for content. Reads only.</summary>
internal static class VerifyCommand
{
    public const string Name = "verify";

    private static readonly Argument<string?> FileName = new("FILE")
    {
        Description = "The properties file of MirrorMaker 2's dedicated mode",
        Arity = ArgumentArity.ZeroOrOne
    };

    private static readonly Option<string?> From = new("--from")
    {
        Description = "Instead of a file: bootstrap servers of the source cluster",
        HelpName = "HOST:PORT,.."
    };

    private static readonly Option<string?> To = new("--to")
    {
        Description = "Instead of a file: bootstrap servers of the target cluster",
        HelpName = "HOST:PORT,.."
    };

    private static readonly Option<string?> Topics = new("--topics")
    {
        Description = "Only these topics: comma-separated Java patterns, each matching whole names",
        HelpName = "PATTERN,.."
    };

    private static readonly Option<bool> KeepNames = new("--keep-names")
    {
        Description = "With --from: topics keep their names [default: SOURCE-ALIAS.NAME]"
    };

    private static readonly Option<string> FromAlias = new("--from-alias")
    {
        Description = "With --from: the source's alias, put before topic names",
        DefaultValueFactory = _ => "source",
        HelpName = "ALIAS",
    };

    private static readonly Option<long?> Rate = new("--rate")
    {
        Description = "Read at most so many bytes a second, of both sides together: 50M",
        CustomParser = Amount.Bytes,
        HelpName = "SIZE"
    };

    private static readonly Option<DateTimeOffset?> Since = new("--since")
    {
        Description = "Only records from this time on: 2026-11-30T00:00Z",
        CustomParser = Amount.Moment,
        HelpName = "TIME"
    };

    private static readonly Option<int?> Sample = new("--sample")
    {
        Description = "Compare one block of 10,000 offsets of so many: 16 reads a sixteenth",
        CustomParser = result => Amount.Count(result),
        HelpName = "N"
    };

    private static readonly Option<int> Seed = new("--seed")
    {
        Description = "With --sample: which blocks",
        CustomParser = Amount.Whole,
        HelpName = "N"
    };

    private static readonly Option<string?> State = new("--state")
    {
        Description = "Keep the progress in this file, and go on from there when it exists",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Sign = new("--sign")
    {
        Description = "With --json: sign the report with this ECDSA P-256 private key (PEM)",
        HelpName = "FILE"
    };

    private static readonly Option<bool> Background = new("--background")
    {
        Description = "With FILE: compare nothing, and tell what the background audit of its flows found (heliostat.audit.rate)"
    };

    private static readonly Option<bool> Json = new("--json")
    {
        Description = "One JSON object, with everything, a digest, and a signature where asked for"
    };

    public static Command Create()
    {
        var command = new Command(
            Name, "Compare what both sides of a mirror hold, record by record: content, order, duplicates and losses. Reads only.")
        {
            FileName, FlowFile.Flow, FlowFile.Clusters, From, To, Topics, KeepNames, FromAlias, Rate, Sample, Seed, Since, State,
            Background, Sign, Json,
        };
        command.Validators.Add(result =>
        {
            var (file, from, to) = (result.GetValue(FileName), result.GetValue(From), result.GetValue(To));
            if (file is null ? from is null || to is null : from is not null || to is not null)
            {
                result.AddError("either FILE, or --from and --to");
            }
            else if (file is null && result.GetValue(Background))
            {
                result.AddError("--background: only flows of a FILE are audited (heliostat.audit.rate)");
            }
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        try
        {
            using var key = parsed.GetValue(Sign) is { } path ? Key(path) : null;
            var subject = parsed.GetValue(FileName) ?? $"{parsed.GetValue(From)} -> {parsed.GetValue(To)}";
            if (Runs(parsed) is not { } runs)
            {
                return ExitCode.Configuration;
            }

            var flows = await VerifyAsync(runs, new VerifyState(parsed.GetValue(State)), parsed.GetValue(Json), ct);
            var verdict = flows.Count == 0 ? AuditVerdict.Unverifiable : flows.Max(flow => flow.Verdict);
            var text = parsed.GetValue(Json) ? VerifiedReport.Write(new VerifiedFile(subject, verdict, flows), key) + Environment.NewLine
                : VerifiedText.Of(flows);
            await Console.Out.WriteAsync(text.AsMemory(), ct);
            return verdict switch
            {
                AuditVerdict.Equal => ExitCode.Success,
                AuditVerdict.Different => ExitCode.Differences,
                _ => ExitCode.Unverifiable,
            };
        }
        catch (ConfigurationException failure)
        {
            Terminal.Error.Problems(failure.Problems);
            return ExitCode.Configuration;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            Terminal.Error.WriteLine("heliostat: ended before it was through; with --state it goes on from here");
            return ExitCode.Configuration;
        }
        catch (Exception failure) when (failure is KafkaConnectionException or KafkaErrorException or IOException or CryptographicException
            or UnauthorizedAccessException)
        {
            Terminal.Error.WriteLine($"heliostat: {failure.Message}");
            return ExitCode.Configuration;
        }
    }

    /// <summary>What is to be verified, each by a call; null where it cannot be, which was said.</summary>
    private static IReadOnlyList<Func<Verification, IReadOnlyList<LaneReport>, CancellationToken, Task<AuditReport>>>? Runs(
        ParseResult parsed)
    {
        var settings = new AuditSettings
        {
            BytesPerSecond = parsed.GetValue(Rate),
            Since = parsed.GetValue(Since),
            Sample = parsed.GetValue(Sample) is { } n ? new AuditSample(n, parsed.GetValue(Seed)) : null,
            Topics = parsed.GetValue(Topics) is { } list ? Selection(list) : null,
        };
        if (parsed.GetValue(FileName) is not { } path)
        {
            var options = Quick(parsed);
            return [(verification, before, ct) => verification.RunAsync(options, settings, before, ct)];
        }

        var background = parsed.GetValue(Background);
        var file = MirrorMaker2Configuration.Load(path, parsed.GetValue(FlowFile.Clusters) ?? []).ToFile();
        return FlowFile.Chosen(parsed, [.. file.Flows.Where(flow => flow.Enabled)], flow => flow.Name) is not { } chosen ? null
            : [.. chosen.Select(flow => (Func<Verification, IReadOnlyList<LaneReport>, CancellationToken, Task<AuditReport>>)(
                (verification, before, ct) => background ? verification.ReadAsync(flow, ct)
                    : verification.RunAsync(flow, settings, before, ct)))];
    }

    private static async Task<IReadOnlyList<AuditReport>> VerifyAsync(
        IReadOnlyList<Func<Verification, IReadOnlyList<LaneReport>, CancellationToken, Task<AuditReport>>> runs, VerifyState state,
        bool quiet, CancellationToken ct)
    {
        List<AuditReport> flows = [];
        for (var i = 0; i < runs.Count; i++)
        {
            var verification = new Verification(TimeProvider.System, NullLoggerFactory.Instance);
            var progress = new VerifyProgress(() => verification.Lanes, TimeProvider.System);
            using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var watch = WatchAsync(progress, state, i, verification, quiet, done.Token);
            try
            {
                flows.Add(await runs[i](verification, state.Of(i), ct));
            }
            finally
            {
                await done.CancelSoonAsync();
                await watch;
                state.Keep(i, verification.Lanes);
            }
        }

        state.Forget();
        return flows;
    }

    private static async Task WatchAsync(VerifyProgress progress, VerifyState state, int flow, Verification verification, bool quiet,
        CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), TimeProvider.System);
        var ticks = 0;
        while (await Ticked(timer, ct))
        {
            if (!quiet && Terminal.Error.IsTerminal)
            {
                Terminal.Error.Status(progress.Line());
            }

            if (++ticks % 5 == 0)
            {
                state.Keep(flow, verification.Lanes);
            }
        }

        if (!quiet && Terminal.Error.IsTerminal)
        {
            Terminal.Error.Status("");
        }
    }

    private static async Task<bool> Ticked(PeriodicTimer timer, CancellationToken ct)
    {
        try
        {
            return await timer.WaitForNextTickAsync(ct);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static TopicSelection Selection(string list)
    {
        try
        {
            return TopicSelection.FromPatterns(list.Split(','), []);
        }
        catch (ConfigurationException failure)
        {
            throw new ConfigurationException([.. failure.Problems.Select(problem => problem with { Key = Topics.Name })]);
        }
    }

    private static FlowOptions Quick(ParseResult parsed)
    {
        var flow = QuickMirror.Translate(new QuickMirrorOptions
        {
            From = parsed.GetValue(From)!,
            To = parsed.GetValue(To)!,
            Topics = parsed.GetValue(Topics) ?? ".*",
            Exclude = "__.*",
        }).Flow;
        return flow with
        {
            Naming = parsed.GetValue(KeepNames) ? NamingOptions.Keep : NamingOptions.WithPrefix(parsed.GetValue(FromAlias)!)
        };
    }

    private static ECDsa Key(string path)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            key.Dispose();
            throw new CryptographicException($"{Sign.Name}: there is no file '{path}'");
        }
        catch (ArgumentException)
        {
            key.Dispose();
            throw new CryptographicException($"{Sign.Name}: '{path}' holds no private key in PEM");
        }

        return key;
    }
}
