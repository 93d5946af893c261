using System.Diagnostics.CodeAnalysis;
using System.Net;
using Heliostat.Transport;

namespace Heliostat.Client.Authentication.AwsMsk;

/// <summary>Asks AWS's endpoints, again where that may help. Of an answer nothing is shown but its status.</summary>
[SuppressMessage("Design", "CA1001", Justification = "It holds nothing but the handler, which whoever made that disposes of.")]
internal sealed class AwsHttp(HttpMessageHandler handler, AwsCredentialOptions options, TimeProvider time, Random random)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient _http = new(handler, disposeHandler: false)
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = 1024 * 1024
    };
    private readonly BackOff _backOff = new(FirstWait, options.MaxBackOff, random: random);

    /// <summary>The body of a 200; throws <see cref="SaslException"/> that names <paramref name="what"/>.</summary>
    public async ValueTask<string> AskAsync(string what, HttpMethod method, Uri url, IReadOnlyList<KeyValuePair<string, string>> headers,
        CancellationToken ct)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                return await AskOnceAsync(what, method, url, headers, ct);
            }
            catch (SaslException failed) when (failed.IsTransient && failures < options.MaxRetries)
            {
                await Task.Delay(_backOff.Next(failures + 1), time, ct);
            }
        }
    }

    private async ValueTask<string> AskOnceAsync(string what, HttpMethod method, Uri url,
        IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        using var request = new HttpRequestMessage(method, url);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, either.Token);
            var isRefused = (int)response.StatusCode is >= 300 and < 500 and not 408 and not 429;
            return response.StatusCode == HttpStatusCode.OK
                ? await response.Content.ReadAsStringAsync(either.Token)
                : throw new SaslException(isRefused ? SaslFailure.Refused : SaslFailure.Unavailable,
                    $"{what} at {url.Host} answered {(int)response.StatusCode}");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new SaslException(SaslFailure.Unavailable, $"{what} at {url.Host} gave no answer within {Patience.TotalSeconds:F0} s");
        }
        catch (HttpRequestException failed)
        {
            throw new SaslException(SaslFailure.Unavailable,
                $"{what} at {url.Host} cannot be asked: {failed.InnerException?.Message ?? failed.Message}", failed);
        }
    }
}
