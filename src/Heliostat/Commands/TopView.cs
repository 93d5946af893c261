using Heliostat.Output;

namespace Heliostat.Commands;

/// <summary>What somebody who watches a mirror wants to see of it, by the keys that were pressed.</summary>
internal sealed class TopView
{
    /// <summary>Only lanes whose topic or flow has this in it.</summary>
    public string Filter { get; private set; } = "";

    /// <summary>The filter is being typed.</summary>
    public bool IsTyping { get; private set; }

    /// <summary>By lag alone; else what stands still comes first.</summary>
    public bool IsByLag { get; private set; }

    /// <summary>So many lanes were scrolled past.</summary>
    public int Skipped { get; private set; }

    /// <summary>The keys are explained.</summary>
    public bool ShowsHelp { get; private set; }

    public bool IsOver { get; private set; }

    /// <summary>Why there is nothing new; null where there is.</summary>
    public string? NoNews { get; set; }

    public void Press(ConsoleKeyInfo key)
    {
        if (key.KeyChar == TerminalKeys.EndOfInput)
        {
            IsOver = true;
            return;
        }

        if (IsTyping)
        {
            Type(key);
            return;
        }

        ShowsHelp = !ShowsHelp && key.KeyChar == '?';
        switch (key)
        {
            case { KeyChar: 'q' }:
                IsOver = true;
                break;
            case { KeyChar: '/' }:
                IsTyping = true;
                break;
            case { KeyChar: 's' }:
                (IsByLag, Skipped) = (!IsByLag, 0);
                break;
            case { Key: ConsoleKey.Escape }:
                (Filter, Skipped) = ("", 0);
                break;
            case { Key: ConsoleKey.DownArrow } or { KeyChar: 'j' }:
                Skipped++;
                break;
            case { Key: ConsoleKey.UpArrow } or { KeyChar: 'k' }:
                Skipped = Math.Max(0, Skipped - 1);
                break;
            case { Key: ConsoleKey.PageDown }:
                Skipped += 10;
                break;
            case { Key: ConsoleKey.PageUp }:
                Skipped = Math.Max(0, Skipped - 10);
                break;
        }
    }

    private void Type(ConsoleKeyInfo key)
    {
        switch (key.Key)
        {
            case ConsoleKey.Enter:
                IsTyping = false;
                break;
            case ConsoleKey.Escape:
                (IsTyping, Filter) = (false, "");
                break;
            case ConsoleKey.Backspace:
                Filter = Filter.Length > 0 ? Filter[..^1] : "";
                break;
            default:
                Filter += char.IsControl(key.KeyChar) ? "" : key.KeyChar;
                break;
        }

        Skipped = 0;
    }
}
