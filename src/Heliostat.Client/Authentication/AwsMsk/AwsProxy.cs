using System.Net;

namespace Heliostat.Client.Authentication.AwsMsk;

/// <summary>
/// The environment's proxy for what goes over TLS; the container's and the machine's own addresses, which are plain HTTP, are not behind
/// it.
/// </summary>
internal sealed class AwsProxy : IWebProxy
{
    public ICredentials? Credentials
    {
        get => HttpClient.DefaultProxy.Credentials;
        set => HttpClient.DefaultProxy.Credentials = value;
    }

    public Uri? GetProxy(Uri destination) => HttpClient.DefaultProxy.GetProxy(destination);

    public bool IsBypassed(Uri host) => host.Scheme == "http" || HttpClient.DefaultProxy.IsBypassed(host);
}
