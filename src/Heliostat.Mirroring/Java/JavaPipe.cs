using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Java;

/// <summary>
/// A JVM as a process: questions go to its standard input, answers come from its standard output, and what it prints is told. It ends when
/// its input does, however this process ends.
/// </summary>
internal sealed partial class JavaPipe : IJavaPipe
{
    /// <summary>So many of its lines are told in a minute; the rest is counted.</summary>
    private const int MostLines = 100;

    /// <summary>Exit codes from here on say which signal ended a process.</summary>
    private const int FirstSignal = 128;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly byte[] _length = new byte[sizeof(int)];
    private volatile string _lastLine = "";
    private volatile bool _isLate;
    private long _minute;
    private int _lines;

    private JavaPipe(Process process, TimeProvider time, ILogger logger)
    {
        (_process, _time, _logger, _minute) = (process, time, logger, time.GetTimestamp());
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginErrorReadLine();
    }

    /// <summary>Starts one.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where what it prints is told.</param>
    /// <exception cref="JavaException">It cannot be started.</exception>
    public static JavaPipe Start(string program, IEnumerable<string> arguments, TimeProvider time, ILogger logger)
    {
        try
        {
            var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            LogStarted(logger, program, process.Id);
            return new JavaPipe(process, time, logger);
        }
        catch (Win32Exception failure)
        {
            throw new JavaException($"'{program}' cannot be started: {failure.Message}; heliostat.java.home names the folder of a JDK",
                failure);
        }
    }

    public void Ask(ReadOnlySpan<byte> question, JavaBuffer answer, TimeSpan patience)
    {
        using var alarm = _time.CreateTimer(static pipe => ((JavaPipe)pipe!).Expire(), this, patience, Timeout.InfiniteTimeSpan);
        try
        {
            var input = _process.StandardInput.BaseStream;
            BinaryPrimitives.WriteInt32BigEndian(_length, question.Length);
            input.Write(_length);
            input.Write(question);
            input.Flush();
            var output = _process.StandardOutput.BaseStream;
            output.ReadExactly(_length);
            var length = BinaryPrimitives.ReadInt32BigEndian(_length);
            if (length is < 1 or > JavaBuffer.Most)
            {
                throw JavaReader.Wrong();
            }

            answer.Clear();
            output.ReadExactly(answer.Take(length));
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            throw Ended(patience, failure);
        }
    }

    public void Dispose()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended already.
        }

        if (!_process.WaitForExit(_isLate ? TimeSpan.Zero : LongestEnd))
        {
            Kill();
        }

        _process.Dispose();
    }

    private void Expire()
    {
        _isLate = true;
        Kill();
    }

    private void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception failure) when (failure is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended meanwhile.
        }
    }

    private JavaException Ended(TimeSpan patience, Exception failure)
    {
        if (_isLate)
        {
            return new JavaException(string.Create(CultureInfo.InvariantCulture,
                $"it did not answer within {patience.TotalMilliseconds} ms"), failure)
            { MayPass = true };
        }

        var said = _lastLine is { Length: > 0 } line ? $"; it said last: {line}" : "";
        return _process.WaitForExit(LongestEnd)
            ? new JavaException(string.Create(CultureInfo.InvariantCulture, $"it ended with {_process.ExitCode}{said}"), failure)
            {
                MayPass = _process.ExitCode >= FirstSignal
            }
            : new JavaException($"it closed its output{said}", failure);
    }

    private void Hear(string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        _lastLine = line.Trim();
        if (_time.GetElapsedTime(_minute) > Minute)
        {
            (_minute, _lines) = (_time.GetTimestamp(), 0);
        }

        if (++_lines <= MostLines)
        {
            LogLine(_logger, line);
        }
        else if (_lines == MostLines + 1)
        {
            LogLine(_logger, "... (more than is told in a minute)");
        }
    }

    [LoggerMessage(EventIds.JavaStarted, LogLevel.Information, "java: {Program} runs as process {Process}")]
    private static partial void LogStarted(ILogger logger, string program, int process);

    [LoggerMessage(EventIds.JavaLine, LogLevel.Information, "java says: {Line}")]
    private static partial void LogLine(ILogger logger, string line);
}
