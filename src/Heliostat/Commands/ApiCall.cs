using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Heliostat.Api;
using Heliostat.Client;
using Heliostat.Configuration;
using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Configuration.Options;
using Heliostat.Output;
using Heliostat.Status;

namespace Heliostat.Commands;

/// <summary>Asks the API of a running mirror, wherever that is: at a URL, or where a file has it.</summary>
internal sealed class ApiCall : IDisposable
{
    public static readonly Option<string> Where = new("--api")
    {
        Description = "Where the mirror is: a URL, IP:PORT, or its MirrorMaker 2 file [default: http://127.0.0.1:8083]",
        HelpName = "URL|FILE",
    };

    /// <summary>Not on the command line, where others can see it.</summary>
    private const string TokenVariable = "HELIOSTAT_API_TOKEN";

    /// <summary>A PEM file of certificates that are trusted, where the machine's do not do.</summary>
    private const string TrustVariable = "HELIOSTAT_API_CA";

    private static readonly TimeSpan Within = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(3);

    private readonly HttpClient _http;

    private ApiCall(Uri address)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, ConnectTimeout = ConnectWithin };
        if (Environment.GetEnvironmentVariable(TrustVariable) is { Length: > 0 } trusted)
        {
            handler.SslOptions.CertificateChainPolicy = Trusting(trusted);
        }

        _http = new HttpClient(handler) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        if (Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } token)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    public Uri Address => _http.BaseAddress!;

    /// <summary>Where a mirror may be found, by a URL or a file; null for both: on this machine.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read.</exception>
    public static (IReadOnlyList<Uri> Places, MirrorMaker2File? File) Find(string? where)
    {
        if (where is null)
        {
            return ([Local(ApiStart.FirstPort)], null);
        }

        if (Uri.TryCreate(where, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        {
            return ([new Uri(url.GetLeftPart(UriPartial.Authority))], null);
        }

        if (!File.Exists(where) && IPEndPoint.TryParse(where.Replace("localhost:", "127.0.0.1:", StringComparison.Ordinal), out var at)
            && at.Port > 0)
        {
            // As an address is written where it is served.
            return ([new Uri($"http://{at}")], null);
        }

        var file = MirrorMaker2Configuration.Load(where, []).ToFile();
        return (
            file.Api.Listeners is { } listeners
                ? [.. listeners.Select(listener =>
                    new Uri($"{(file.Api.CertificateFile is null ? "http" : "https")}://{Reachable(listener)}"))]
                : [.. Enumerable.Range(ApiStart.FirstPort, ApiStart.Ports).Select(Local)],
            file);
    }

    /// <summary>The mirror there; null where none answers, or only those of other files.</summary>
    /// <exception cref="Refusal">It answers, and not with what it should.</exception>
    public static async Task<(ApiCall Call, StatusDocument Status)?> ReachAsync(IReadOnlyList<Uri> places, MirrorMaker2File? file,
        CancellationToken ct)
    {
        foreach (var place in places)
        {
            var call = new ApiCall(place);
            try
            {
                var status = await call.GetAsync("/api/v1/status", StatusJson.Plain.StatusDocument, ct);
                if (file is null || places.Count == 1 || IsOf(file, status))
                {
                    return (call, status);
                }
            }
            catch (HttpRequestException failure) when (failure.HttpRequestError == HttpRequestError.SecureConnectionError)
            {
                // Somebody listens there: that nobody does would be the wrong thing to say.
                call.Dispose();
                throw new Refusal(
                    (int)HttpStatusCode.BadGateway, $"no TLS with {place.Authority}: {(failure.InnerException ?? failure).Message}",
                    $"name the mirror as its certificate does, https://HOST:{place.Port}, and the file of its authority in "
                        + $"{TrustVariable}");
            }
            catch (HttpRequestException)
            {
                // Nobody listens there.
            }
            catch
            {
                call.Dispose();
                throw;
            }

            call.Dispose();
        }

        return null;
    }

    /// <summary>Does something with the mirror that <see cref="Where"/> names, and says what went wrong, if anything did.</summary>
    /// <returns>The exit status.</returns>
    public static async Task<int> WithMirrorAsync(ParseResult parsed, Func<ApiCall, Task<int>> ask, CancellationToken ct)
    {
        try
        {
            var (places, file) = Find(parsed.GetValue(Where));
            if (await ReachAsync(places, file, ct) is not { } found)
            {
                Terminal.Error.WriteLine($"heliostat: no mirror answers at {places[0]}; --api names another");
                return ExitCode.Failure;
            }

            using var call = found.Call;
            return await ask(call);
        }
        catch (ConfigurationException failure)
        {
            Terminal.Error.Problems(failure.Problems);
            return ExitCode.Configuration;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            Terminal.Error.WriteLine($"heliostat: {failure.Message}");
            return ExitCode.Failure;
        }
        catch (Refusal refusal)
        {
            Say(refusal);
            return refusal.Status is 400 or 404 ? ExitCode.Usage : ExitCode.Failure;
        }
    }

    /// <summary>Says why something was not done.</summary>
    public static void Say(Refusal refusal) =>
        Terminal.Error.WriteLine($"heliostat: {refusal.Message}{(refusal.Hint is { } hint ? $"; {hint}" : "")}");

    /// <exception cref="HttpRequestException">Nobody answers.</exception>
    /// <exception cref="Refusal">It is refused.</exception>
    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendAsync(request, type, ct);
    }

    /// <exception cref="HttpRequestException">Nobody answers.</exception>
    /// <exception cref="Refusal">It is refused.</exception>
    public async Task<T> SendAsync<T>(HttpMethod method, string path, IEnumerable<(string Name, string? Value)> body, JsonTypeInfo<T> type,
        CancellationToken ct)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, value) in body.Where(field => field.Value is not null))
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        using var request = new HttpRequestMessage(method, path)
        {
            Content = new StringContent(Encoding.UTF8.GetString(buffer.ToArray()), Encoding.UTF8, "application/json")
        };
        return await SendAsync(request, type, ct);
    }

    /// <summary>Lines of an answer that goes on.</summary>
    /// <exception cref="HttpRequestException">Nobody answers.</exception>
    /// <exception cref="Refusal">It is refused.</exception>
    public async Task StreamAsync(string path, Action<string> line, CancellationToken ct)
    {
        using var response = await _http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, ct);
        await using var content = await response.Content.ReadAsStreamAsync(ct);
        if (!response.IsSuccessStatusCode)
        {
            throw await RefusedAsync(response, content, ct);
        }

        using var reader = new StreamReader(content);
        while (await reader.ReadLineAsync(ct) is { } next)
        {
            line(next);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<T> SendAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken ct)
    {
        using var enough = new CancellationTokenSource(Within, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, enough.Token);
        try
        {
            using var response = await _http.SendAsync(request, either.Token);
            await using var content = await response.Content.ReadAsStreamAsync(either.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw await RefusedAsync(response, content, either.Token);
            }

            return await JsonSerializer.DeserializeAsync(content, type, either.Token)
                ?? throw new HttpRequestException($"{Address}: an empty answer");
        }
        catch (JsonException)
        {
            throw new HttpRequestException($"{Address} is not a Heliostat");
        }
        catch (OperationCanceledException failure) when (failure.InnerException is TimeoutException && !enough.IsCancellationRequested)
        {
            throw new HttpRequestException($"{Address} cannot be connected to within {ConnectWithin.TotalSeconds:0} s");
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            throw new HttpRequestException($"{Address} does not answer within {Within.TotalSeconds:0} s");
        }
    }

    private async Task<Exception> RefusedAsync(HttpResponseMessage response, Stream content, CancellationToken ct)
    {
        try
        {
            if (await JsonSerializer.DeserializeAsync(content, ApiJson.Plain.Problem, ct) is { Title: { Length: > 0 } title } problem)
            {
                return response.StatusCode == HttpStatusCode.NotFound && title.StartsWith("HTTP", StringComparison.Ordinal)
                    ? new HttpRequestException($"{Address} is not a Heliostat")
                    : new Refusal((int)response.StatusCode, title,
                        response.StatusCode == HttpStatusCode.Unauthorized ? $"give a token in {TokenVariable}" : problem.Hint);
            }
        }
        catch (JsonException)
        {
            // Another program's answer.
        }

        return new HttpRequestException($"{Address} is not a Heliostat: it answers {(int)response.StatusCode}");
    }

    /// <summary>Many files call their clusters alike: the mirror of this one has its flows between its addresses.</summary>
    private static bool IsOf(MirrorMaker2File file, StatusDocument status)
    {
        var here = status.Flows.ToDictionary(flow => flow.Flow);
        return here.Count == file.Flows.Count && file.Flows.All(flow => here.TryGetValue(flow.Name.ToString(), out var running)
            && running.SourceServers == Servers(flow.SourceConsumer.Client) && running.TargetServers == Servers(flow.DataProducer.Client));
    }

    private static string Servers(ClientOptions client) => string.Join(',', client.BootstrapServers.Select(Bootstrap.Text));

    private static X509ChainPolicy Trusting(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ConfigurationException([new ConfigurationProblem { Key = TrustVariable, Message = $"{file}: {failure.Message}" }]);
        }

        return policy;
    }

    private static Uri Local(int port) => new($"http://127.0.0.1:{port}");

    private static IPEndPoint Reachable(IPEndPoint listener) =>
        listener.Address.Equals(IPAddress.Any) ? new(IPAddress.Loopback, listener.Port)
            : listener.Address.Equals(IPAddress.IPv6Any) ? new(IPAddress.IPv6Loopback, listener.Port) : listener;
}
