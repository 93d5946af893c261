namespace Heliostat;

/// <summary>Which threads go on when a socket is ready.</summary>
internal static class SocketThreads
{
    private const string Inline = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>
    /// The loops of connections go on on the thread that saw their socket ready, instead of on one of the pool, which costs a mirror half
    /// of its changes of threads. That suits loops that never block, and whose longer work goes on on the pool. The framework takes the
    /// setting from the environment when its first socket is made; what the user set there stays.
    /// </summary>
    public static void GoOnInline()
    {
        if (Environment.GetEnvironmentVariable(Inline) is null)
        {
            Environment.SetEnvironmentVariable(Inline, "1");
        }
    }
}
