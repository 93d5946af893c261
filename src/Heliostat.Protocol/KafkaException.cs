namespace Heliostat.Protocol;

/// <summary>
/// Base of what these libraries throw for something outside the program: a cluster, the network, a file. As Java's <c>KafkaException</c>.
/// </summary>
public abstract class KafkaException : Exception
{
    /// <param name="message">A sentence: whose it is, where, and what happens next. Never a secret.</param>
    /// <param name="inner">What it comes from; null for nothing.</param>
    protected KafkaException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
