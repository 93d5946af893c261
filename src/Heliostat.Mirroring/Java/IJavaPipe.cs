namespace Heliostat.Mirroring.Java;

/// <summary>A JVM that is asked one question at a time. Ends with <see cref="IDisposable.Dispose"/>, whatever it is doing.</summary>
internal interface IJavaPipe : IDisposable
{
    /// <summary>
    /// Asks, and waits for the answer, which is put into <paramref name="answer"/>. Behind a failure it answers nothing more.
    /// </summary>
    /// <param name="question">The question.</param>
    /// <param name="answer">Takes the answer.</param>
    /// <param name="patience">How long it may take.</param>
    /// <exception cref="JavaException">It did not answer in time, ended, or answered what cannot be taken.</exception>
    void Ask(ReadOnlySpan<byte> question, JavaBuffer answer, TimeSpan patience);
}
