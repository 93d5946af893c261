using System.Text;
using Heliostat.Api;
using Heliostat.Output;
using Heliostat.Output.Logs;
using Heliostat.Status;
using Heliostat.Tests.Metrics;
using Heliostat.Tests.Structure;

namespace Heliostat.Tests.Api;

/// <summary>What programs may ask for is described twice, for machines and for people; both are made from the routes.</summary>
public sealed class OpenApiTests
{
    private const string Head = """
        # The API of a running mirror

        Made from the routes; a test fails when it is stale, and `HELIOSTAT_UPDATE=1 dotnet test test/Heliostat.Tests` writes it anew. `GET /openapi.json` has it for machines (docs/openapi.json).

        `heliostat run` serves API and page on `http://127.0.0.1:8083`, or the next free port, and says where; `mirror` and `mirror-maker` with `--api [HOST:]PORT`. `heliostat.api.listeners`
        names other addresses, or `none`. An address that other machines can reach needs TLS, `heliostat.api.certificate.file` (PEM, read again when it changes; `heliostat.api.key.file`; it alone turns TLS on, `https://` may be written), or
        `heliostat.api.insecure = true` where the network is trusted. Heliostat's own commands trust what the machine trusts, and the certificates of a PEM file that `HELIOSTAT_API_CA` names.

        Who may do what: without tokens anybody on this machine everything, and others may look. `heliostat.api.tokens.file` names a file of tokens, made by `heliostat token new NAME --role
        view|operate|admin --file FILE`; then everything but `/livez`, `/readyz` and `/health` needs one: as `Authorization: Bearer`, or as the password of Basic with any name, as browsers ask for
        it. The file is read again when it changes. Requests by a name that is not ours (`heliostat.api.hosts` adds some; `*.svc` all below it) and changes asked for by pages of other sites are refused.

        A flow is named `A->B`, encoded (`A-%3EB`), or as `A..B`; in Connect mode there may be `A->B:NAME` besides. Answers are JSON with names in snake_case; they grow, and do not change. What cannot be is answered with problem details
        (RFC 9457: `title`, `status`, `hint`), below `/admin` as Kafka Connect does; with 503 and `Retry-After` what is worth asking again, as topics of a flow that begins. Each change is an event with who, from where and why (`operator_action`, docs/events.md). Pages for people are
        at `/`, `/flows/A..B`, `/flows/A..B/topics/TOPIC` and `/events`: they need no script; where there is one they are kept up to date, with charts of flows and of a topic's lanes.

        States of lanes: `live`, `waiting` (to be opened), `paused` (stands still, tried again by itself), `failed` (until somebody acts), `stopped` (its flow does not run);
        `paused_by_operator` beside it. Health of the whole: `live`, `degraded`, `down`, `lost` (records are missing, or may be); `heliostat status` ends with 0, 1, 2, 3 for them.

        Who comes from uReplicator finds `/topics` and `/topics/T` as `flows/F/topics`; `POST`, `DELETE /topics/T` as a change of `topics` in the file and `/reload`, or of a connector's config;
        `/blacklist` as `pause` and `resume` of a topic or a lane; `/ratelimiter` as `throttle`; `/offset/T/P` as `positions`; `/noprogress` as `/api/v1/lanes?state=paused,failed`; `/instances`
        as `workers`, `drain`, `rebalance`; `/admin/disable_autobalancing` nowhere, as slots move only when workers come and go or loads differ much; `/validation` as `heliostat plan` and `verify`.
        From Brooklin: `pause`, `resume`, `stop` of a datastream are those of a flow or its connectors, `pauseSourcePartitions` those of a topic or a lane, `movePartitions` is `heliostat move`,
        `/diag` is `/api/v1/status`.


        """;

    private static IReadOnlyList<Route> Routes()
    {
        var time = TimeProvider.System;
        var mirror = new FakeMirror(Snapshots.Of());
        using var log = new TerminalLogger(Terminal.Silent, time, Verbosity.Normal);
        return [.. ApiServer.Own(mirror, () => StatusOf.Engine(mirror.Look(true), time.GetUtcNow(), time.GetUtcNow()),
            new History(() => mirror.Look(false), time), new Desk(mirror, log, time), log, time)];
    }

    [Fact]
    public void The_description_for_machines_is_what_the_routes_say() => AssertFile("docs/openapi.json", OpenApi.Of(Routes()) + "\n");

    [Fact]
    public void The_description_for_people_is_what_the_routes_say()
    {
        var page = new StringBuilder(Head);
        page.Append("| | needs | |\n| --- | --- | --- |\n");
        foreach (var route in Routes())
        {
            var more = string.Concat(
                route.Query.Select(item => $"<br>`?{item.Name}=` {item.Means}")
                    .Concat(route.Body.Select(item => $"<br>`\"{item.Name}\"` {item.Means}")));
            var text = (route.Summary + more).Replace("<code>", "`", StringComparison.Ordinal)
                .Replace("</code>", "`", StringComparison.Ordinal);
            page.Append($"| `{route.Method} {route.Path}` | {Access.Word(route.Needs)} | {text} |\n");
        }

        AssertFile("docs/rest.md", page.ToString());
    }

    private static void AssertFile(string name, string text)
    {
        var file = Path.Combine(RepositoryFiles.Root, name);
        if (Environment.GetEnvironmentVariable("HELIOSTAT_UPDATE") == "1")
        {
            File.WriteAllText(file, text);
        }

        Assert.Equal(text, File.ReadAllText(file));
    }
}
