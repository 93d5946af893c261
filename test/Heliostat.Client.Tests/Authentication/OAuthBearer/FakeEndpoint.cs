using System.Net;

namespace Heliostat.Client.Tests.Authentication.OAuthBearer;

/// <summary>Answers what it is told and keeps what was asked.</summary>
internal sealed class FakeEndpoint(Func<int, FakeEndpoint.Asked, HttpResponseMessage> answer) : HttpMessageHandler
{
    public List<Asked> Requests { get; } = [];

    public static FakeEndpoint Giving(string body, HttpStatusCode status = HttpStatusCode.OK) => new((_, _) => Answer(body, status));

    public static HttpResponseMessage Answer(string body, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(body) };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var asked = new Asked(request.Method.Method, request.RequestUri!,
            request.Headers.ToDictionary(header => header.Key, header => string.Join(",", header.Value)), body);
        Requests.Add(asked);
        return answer(Requests.Count, asked);
    }

    internal sealed record Asked(string Method, Uri Url, IReadOnlyDictionary<string, string> Headers, string Body);
}
