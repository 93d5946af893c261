namespace Heliostat.Testing.RealKafka;

/// <summary>A broker ended while it was starting: most often somebody else took its port.</summary>
internal sealed class KafkaStartException(string message) : Exception(message);
