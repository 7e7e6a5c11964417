using static Anywise.EfCore.Tests.Outbox.Schedules.SteppedRelay;

namespace Anywise.EfCore.Tests.Outbox.Schedules;

/// <summary>Plays one schedule, and judges each step by what it knows: who took the row last, and until when it is his.</summary>
internal sealed class Play(OneRow database, SteppedRelay saver, SteppedRelay other, Verdict verdict)
{
    private readonly List<string> _steps = [];
    private SteppedRelay? _holder;
    private DateTimeOffset _heldUntil;

    private DateTimeOffset Now => database.Clock.GetUtcNow();

    public async Task BeginAsync()
    {
        verdict.Schedules++;
        await saver.RestartAsync(await database.SaveAnewAsync());
        await other.RestartAsync();
        (_holder, _heldUntil) = (saver, Now + Lease);
    }

    public List<Step> Possible()
    {
        var possible = new List<Step>();
        foreach (var relay in new[] { saver, other })
        {
            possible.AddRange(PossibleFor(relay));
        }

        if (_steps is not [.., "time passes"])
        {
            possible.Add(new Step("time passes", null, Act.Wait));
        }

        return possible;
    }

    public async Task TakeAsync(Step step)
    {
        _steps.Add(step.Name);
        var before = await database.ReadAsync();
        await DoAsync(step);
        var after = await database.ReadAsync();
        if (step.Act == Act.Claim)
        {
            JudgeClaim(step.By!, before);
        }
        else if (step.By is { } relay && relay != _holder)
        {
            verdict.Refused++;
            Judge(after == before, verdict.StaleWrites);
        }
        else
        {
            Held(step.Act);
        }

        Judge(after.Saved <= 1, verdict.SavedTwice);
        Judge(after.Row is not null || (after.Saved == 1 && database.Mailed > 0), verdict.Lost);
    }

    /// <summary>All that is left is a process that finds the row.</summary>
    public async Task FinishAsync(SteppedRelay last)
    {
        if ((await database.ReadAsync()).Row is null)
        {
            verdict.Completed++;
            return;
        }

        database.Clock.Advance(Lease);
        await last.ClaimAsync();
        Judge(last.HasRow, verdict.Unfinished);
        if (last.CanHandle<SavingHandler>())
        {
            await last.HandleAsync<SavingHandler>();
        }

        if (last.CanHandle<MailingHandler>())
        {
            await last.HandleAsync<MailingHandler>();
        }

        await last.EndAsync();
        Judge(await database.ReadAsync() is { Row: null, Saved: 1 } && database.Mailed > 0, verdict.Unfinished);
    }

    private static IEnumerable<Step> PossibleFor(SteppedRelay relay)
    {
        if (!relay.HasRow)
        {
            yield return new Step($"{relay.Name} claims", relay, Act.Claim);
            yield break;
        }

        if (relay.CanHandle<SavingHandler>())
        {
            yield return new Step($"{relay.Name} saves", relay, Act.Save);
            yield return new Step($"{relay.Name} saves and does not hear of it", relay, Act.SaveUnheard);
        }

        if (relay.CanHandle<MailingHandler>())
        {
            yield return new Step($"{relay.Name} mails", relay, Act.Mail);
        }

        yield return new Step($"{relay.Name} renews", relay, Act.Renew);
        yield return new Step($"{relay.Name} ends", relay, Act.End);
    }

    private async Task DoAsync(Step step)
    {
        switch (step.Act)
        {
            case Act.Wait:
                database.Clock.Advance(Lease);
                break;
            case Act.Claim:
                await step.By!.ClaimAsync();
                break;
            case Act.Renew:
                step.By!.Beat();
                break;
            case Act.Save or Act.SaveUnheard:
                await step.By!.HandleAsync<SavingHandler>(isAnswerLost: step.Act == Act.SaveUnheard);
                break;
            case Act.Mail:
                await step.By!.HandleAsync<MailingHandler>();
                break;
            case Act.End:
                await step.By!.EndAsync();
                break;
        }
    }

    private void JudgeClaim(SteppedRelay relay, OneRow.Content before)
    {
        Judge(relay.HasRow == (before.Row is not null && Now >= _heldUntil), verdict.WronglyTaken);
        if (relay.HasRow)
        {
            verdict.TakenOver += relay == _holder ? 0 : 1;
            (_holder, _heldUntil) = (relay, Now + Lease);
        }
    }

    private void Held(Act act)
    {
        switch (act)
        {
            case Act.Renew or Act.Save:
                _heldUntil = Now + Lease;
                break;
            case Act.SaveUnheard:
                (_holder, _heldUntil) = (null, Now + Lease); // the row is taken anew, and nobody knows
                break;
            case Act.End:
                (_holder, _heldUntil) = (null, Now);
                break;
        }
    }

    private void Judge(bool isRight, List<string> wrong)
    {
        if (!isRight)
        {
            wrong.Add(string.Join(", ", _steps));
        }
    }

    internal enum Act
    {
        Wait,
        Claim,
        Renew,
        Save,
        SaveUnheard,
        Mail,
        End,
    }

    internal sealed record Step(string Name, SteppedRelay? By, Act Act);
}

/// <summary>What came of all schedules; those that went wrong as text.</summary>
internal sealed class Verdict
{
    public int Schedules { get; set; }

    public int Refused { get; set; }

    public int TakenOver { get; set; }

    public int Completed { get; set; }

    public List<string> WronglyTaken { get; } = [];

    public List<string> StaleWrites { get; } = [];

    public List<string> SavedTwice { get; } = [];

    public List<string> Lost { get; } = [];

    public List<string> Unfinished { get; } = [];
}
