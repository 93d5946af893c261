using System.CommandLine;
using System.Globalization;
using Heliostat.Api;
using Heliostat.Output;

namespace Heliostat.Commands;

/// <summary><c>heliostat position</c>: where lanes of a running mirror go on, and how a paused one goes on elsewhere.</summary>
internal static class PositionCommand
{
    private static readonly Argument<string> What = new("WHAT")
    {
        Description = "FLOW[/TOPIC[/PARTITION]], such as 'A->B/orders/3'; A..B stands for A->B"
    };

    private static readonly Argument<string?> Where = new("WHERE")
    {
        Description =
            "Where a partition that is paused or halted goes on: a source offset, earliest or latest; without it positions are only shown",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create()
    {
        Where.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } where && where is not ("earliest" or "latest")
                && !long.TryParse(where, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                result.AddError($"'{where}' is none of earliest, latest and an offset");
            }
        });
        var command = new Command("position",
            "Show where partitions of a running mirror go on, or let one that is paused go on at another offset.")
        {
            What, Where, SteerCommand.Reason, SteerCommand.DryRun, ApiCall.Where,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        Place place;
        try
        {
            place = Place.Parse(parsed.GetValue(What)!);
        }
        catch (FormatException failure)
        {
            Terminal.Error.WriteLine($"heliostat: {failure.Message}");
            return ExitCode.Usage;
        }

        var where = parsed.GetValue(Where);
        if (where is not null && place.Partition is null)
        {
            Terminal.Error.WriteLine(
                $"heliostat: {place}: one partition goes on elsewhere at a time, as {new Place(place.Flow, place.Topic ?? "TOPIC", 0)}");
            return ExitCode.Usage;
        }

        return await ApiCall.WithMirrorAsync(parsed, async call =>
        {
            if (where is null)
            {
                return await ShowAsync(call, place, ct);
            }

            var done = await call.SendAsync(
                HttpMethod.Post, $"/api/v1/{place.Path()}/position{(parsed.GetValue(SteerCommand.DryRun) ? "?dry_run=true" : "")}",
                [("offset", where), ("reason", parsed.GetValue(SteerCommand.Reason))], ApiJson.Plain.ActionDocument, ct);
            Console.Out.WriteLine(Said(done));
            return ExitCode.Success;
        }, ct);
    }

    private static async Task<int> ShowAsync(ApiCall call, Place place, CancellationToken ct)
    {
        var path =
            $"/api/v1/{new Place(place.Flow).Path()}/positions?limit=1000"
                + $"{(place.Topic is { } topic ? $"&topic={Uri.EscapeDataString(topic)}" : "")}";
        string? next = null;
        var found = false;
        do
        {
            var page = await call.GetAsync(next is null ? path : $"{path}&after={Uri.EscapeDataString(next)}",
                ApiJson.Plain.PagePositionDocument, ct);
            foreach (var position in page.Items.Where(position => place.Partition is null || place.Partition == position.Partition))
            {
                found = true;
                Console.Out.WriteLine(
                    $"{new Place(place.Flow, position.Topic, position.Partition)} "
                        + $"{(position.Offset is { } offset ? $"{offset}" : "not open yet")}");
            }

            next = page.Next;
        }
        while (next is not null);

        if (!found && place.Topic is not null)
        {
            Terminal.Error.WriteLine($"heliostat: there is no lane of {place}");
            return ExitCode.Usage;
        }

        return ExitCode.Success;
    }

    private static string Said(ActionDocument done) =>
        $"{(done.DryRun ? "would let " : "")}{done.What} go{(done.DryRun ? "" : "es")} on at source offset {done.To} in place of "
            + $"{done.From}: "
            + (done.Skipped > 0 ? $"{Counted.Of(done.Skipped.Value, "offset")} passed over"
                : done.Repeated > 0 ? $"{Counted.Of(done.Repeated.Value, "offset")} mirrored once more"
                : "where it was")
            + (done.DryRun ? ""
                : done.Settled == true ? ", stored; resume lets it go on"
                : "; not stored yet: that is done within some seconds, or when the flow starts");
}
