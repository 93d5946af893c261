using System.CommandLine;
using System.Text.Json;
using Heliostat.Api;
using Heliostat.Client;
using Heliostat.Configuration;
using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Mirroring.Planning;
using Heliostat.Output;
using Heliostat.Status;
using Heliostat.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Commands;

/// <summary><c>heliostat status</c>: how a mirror is, in a sentence and a table; where none answers, what the clusters tell.</summary>
internal static class StatusCommand
{
    private static readonly Argument<string?> Where = new("WHERE")
    {
        Description =
            "A URL, IP:PORT, or the mirror's MirrorMaker 2 file: then the clusters are asked where no mirror answers [default: "
                + "http://127.0.0.1:8083]",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object, with everything" };

    public static Command Create()
    {
        var command = new Command("status",
            "Say how a running mirror is: what is lost, what stands still and why, how far behind it is.") { Where, Json };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        try
        {
            var (places, file) = ApiCall.Find(parsed.GetValue(Where));
            var status = await ReadAsync(places, file, ct);
            if (status is null)
            {
                Terminal.Error.WriteLine(
                    $"heliostat: no mirror answers at {places[0]}; name its file, and its clusters are asked: heliostat status FILE");
                return (int)Health.Down;
            }

            var width = Console.IsOutputRedirected ? 200 : Terminal.Width;
            await Console.Out.WriteAsync((parsed.GetValue(Json)
                ? JsonSerializer.Serialize(status, StatusJson.Plain.StatusDocument) + Environment.NewLine
                : StatusText.Of(status, width)).AsMemory(), ct);
            return (int)status.Health;
        }
        catch (ConfigurationException failure)
        {
            Terminal.Error.Problems(failure.Problems);
            return ExitCode.Configuration;
        }
        catch (Refusal refusal)
        {
            ApiCall.Say(refusal);
            return (int)Health.Down;
        }
    }

    /// <summary>Null where no mirror answers and there are no clusters to ask.</summary>
    private static async Task<StatusDocument?> ReadAsync(IReadOnlyList<Uri> places, MirrorMaker2File? file, CancellationToken ct)
    {
        if (await ApiCall.ReachAsync(places, file, ct) is { } found)
        {
            found.Call.Dispose();
            return found.Status;
        }

        if (file is null)
        {
            return null;
        }

        List<FlowStand> flows = [];
        List<(string, string)> unread = [];
        var reader = new FlowStandReader(TimeProvider.System, NullLoggerFactory.Instance);
        foreach (var flow in file.Flows.Where(flow => flow.Enabled))
        {
            try
            {
                flows.Add(await reader.ReadAsync(flow, ct));
            }
            catch (Exception failure) when (failure is KafkaConnectionException or KafkaErrorException)
            {
                unread.Add((flow.Name.ToString(), failure.Message));
            }
        }

        return StandOf.Clusters(flows, unread, places.Count == 1 ? $"{places[0].Authority}" : $"{places[0].Authority} to {places[^1].Port}",
            TimeProvider.System.GetUtcNow());
    }
}
