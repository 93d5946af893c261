using System.Runtime.CompilerServices;
using Heliostat.Protocol.Wire;

namespace Heliostat.Conformance.Transcripts;

/// <summary>A conversation with an endpoint that must go as it went with Apache Kafka.</summary>
public sealed class Scenario
{
    private readonly Transcript _transcript = new();

    private Scenario(Endpoint endpoint) => Kafka = endpoint;

    public Endpoint Kafka { get; }

    /// <summary>Holds the conversation and compares its transcript with the one in the file that is named as the test's class.</summary>
    public static async Task RunAsync(
        EndpointKind kind, Func<Scenario, Task> conversation, int brokers = 1, [CallerMemberName] string test = "",
        [CallerFilePath] string file = "")
    {
        await using var endpoint = await Endpoint.OpenAsync(kind, brokers);
        var scenario = new Scenario(endpoint);
        await conversation(scenario);
        var differences = new TranscriptFile(Path.ChangeExtension(file, ".txt")).Check(test, kind, scenario._transcript);
        if (differences.Length > 0) Assert.Fail($"{kind} answers otherwise than the transcript says:\n\n{differences}");
    }

    /// <summary>
    /// Asks, and writes the answer down. A version that the endpoint does not serve is left out; the answer is then null.
    /// </summary>
    public async Task<TResponse?> AskAsync<TResponse>(string title, IRequest<TResponse> request, int version)
        where TResponse : class, IBody, new()
    {
        if (!await Kafka.ServesAsync(request.Api, version)) return null;

        var response = await Kafka.CallAsync(request, version);
        Note(title, response);
        return response;
    }

    /// <summary>Asks over another connection.</summary>
    public async Task AskAsync<TResponse>(string title, RawClient connection, IRequest<TResponse> request, int version)
        where TResponse : class, IBody, new() =>
            Note(title, await connection.CallAsync(request, (short)version, Kafka.Ct));

    /// <summary>Asks the same in several versions.</summary>
    public async Task AskAsync<TResponse>(string title, Func<short, IRequest<TResponse>> request, params int[] versions)
        where TResponse : class, IBody, new()
    {
        foreach (var version in versions) await AskAsync($"{title}, version {version}", request((short)version), version);
    }

    public void Note(string title, object answer) =>
        _transcript.Add(title, Shown.Masked(answer is string text ? text : Shown.Of(answer), Kafka.Suffix).ReplaceLineEndings("\n"));
}
