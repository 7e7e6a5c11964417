using Anywise.Domain;
using Anywise.EfCore.Delivering;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Dispatching;

/// <summary>The messages that one scope is handling, each sent by the handler of the one before. A counter, until somebody asks. Scoped.</summary>
internal sealed class MessageStack
{
    private CascadeStep? _handled = Cascade.Handling; // the event for whose handler the scope was made
    private List<MessageFrame>? _frames;
    private int _depth;

    /// <summary>The message that is being handled, or what the scope itself works for.</summary>
    public MessageFrame Current
    {
        get
        {
            _frames ??= [MessageFlow.Within(_handled) ?? new MessageFrame(parent: null)];
            while (_frames.Count <= _depth)
            {
                _frames.Add(new MessageFrame(_frames[^1]));
            }

            return _frames[_depth];
        }
    }

    /// <summary>That of a scope, for a dispatcher of the scope.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="madeIn">The event in whose handler the dispatcher was made: the scope is no younger.</param>
    /// <exception cref="InvalidOperationException">There is no scope, and the container minds.</exception>
    public static MessageStack Of(IServiceProvider scope, CascadeStep? madeIn)
    {
        try
        {
            var messages = scope.GetRequiredService<MessageStack>();
            if (messages is { _handled: not null, _frames: null })
            {
                messages._handled = madeIn;
            }

            return messages;
        }
        catch (InvalidOperationException failure) when (failure is not ObjectDisposedException)
        {
            throw Errors.DispatcherWithoutScope(failure);
        }
    }

    /// <summary>What users ask.</summary>
    public MessageContext ToContext() => new(() => Current);

    /// <summary>The scope was made for a message that is being handled already.</summary>
    public void Continue(MessageFrame frame) => _frames = [frame];

    /// <summary>A message is sent; answers what <see cref="Leave"/> needs.</summary>
    public int Enter() => _depth++;

    /// <remarks>Of sends side by side the one that began first counts, in whatever order they end.</remarks>
    public void Leave(int entered)
    {
        _depth = Math.Min(_depth, entered);
        if (_frames is not null && _frames.Count > entered + 1)
        {
            _frames.RemoveRange(entered + 1, _frames.Count - entered - 1);
        }
    }
}
