from django.apps import AppConfig


class CampaignConfig(AppConfig):
    name = "campaign"

    def ready(self) -> None:
        from audit import words
        from campaign import actions, emails, notice_kinds, rules
        from campaign.audit_words import WORDS
        from cases.signals import case_status_changed, case_taken_down
        from outbox import wake
        from outbox.kinds import CONFIRMATIONS, DELIVERIES, UPDATES, Kind, register

        words.register(WORDS)
        register(
            Kind(
                name="confirmation",
                queue=CONFIRMATIONS,
                may_repeat=True,
                load=emails.signatures_by_id,
                compose=emails.confirmation,
                screen=rules.mailed_enough,
            )
        )
        register(
            Kind(
                name="links",
                queue=CONFIRMATIONS,
                may_repeat=True,
                compose=emails.own_page_links,
                screen=rules.mailed_enough,
            )
        )
        register(
            Kind(
                name="news",
                queue=CONFIRMATIONS,
                may_repeat=False,
                load=emails.news_by_id,
                compose=emails.news,
            )
        )
        register(
            Kind(
                name="letter",
                queue=DELIVERIES,
                may_repeat=False,
                load=emails.dispatches_by_id,
                compose=emails.letter,
                screen=actions.called_back,
                moved=actions.follow_message,
                answered=actions.take_answer,
                complained=actions.take_complaint,
            )
        )
        register(
            Kind(
                name="digest",
                queue=DELIVERIES,
                may_repeat=False,
                load=emails.digests_by_id,
                compose=emails.digest,
                screen=actions.called_back,
                moved=actions.follow_digest,
                answered=actions.take_answer,
                complained=actions.take_complaint,
            )
        )
        register(
            Kind(
                name="test_letter",
                queue=CONFIRMATIONS,
                may_repeat=True,
                load=emails.test_letters_by_id,
                compose=emails.test_letter,
            )
        )
        register(
            Kind(
                name="test_confirmation",
                queue=CONFIRMATIONS,
                may_repeat=True,
                load=emails.test_signatures_by_id,
                compose=emails.test_confirmation,
            )
        )
        register(
            Kind(
                name="volunteer_confirm",
                queue=CONFIRMATIONS,
                may_repeat=True,
                load=emails.volunteers_by_id,
                compose=emails.volunteer_confirm,
                screen=rules.mailed_enough,
            )
        )
        register(
            Kind(
                name="volunteer_accepted",
                queue=CONFIRMATIONS,
                may_repeat=True,
                load=emails.volunteers_by_id,
                compose=emails.volunteer_accepted,
            )
        )
        register(
            Kind(
                name="volunteer_declined",
                queue=CONFIRMATIONS,
                may_repeat=True,
                load=emails.volunteers_by_id,
                compose=emails.volunteer_declined,
            )
        )
        register(
            Kind(
                name="hand_in_cancelled",
                queue=CONFIRMATIONS,
                may_repeat=True,
                load=emails.volunteers_by_id,
                compose=emails.hand_in_cancelled,
            )
        )
        register(
            Kind(
                name="coordinator_mail",
                queue=CONFIRMATIONS,
                may_repeat=False,
                load=emails.coordinator_copies_by_id,
                compose=emails.coordinator_mail,
            )
        )
        register(
            Kind(
                name="coordinator_mail_test",
                queue=CONFIRMATIONS,
                may_repeat=True,
                load=emails.coordinator_mails_by_id,
                compose=emails.coordinator_mail_test,
            )
        )
        register(
            Kind(
                name="update",
                queue=UPDATES,
                may_repeat=False,
                load=emails.updates_by_id,
                compose=emails.update,
                screen=actions.updates_called_back,
                moved=actions.follow_update,
                complained=actions.take_spam_report,
            )
        )
        register(
            Kind(
                name="update_test",
                queue=CONFIRMATIONS,
                may_repeat=True,
                load=emails.update_tests_by_id,
                compose=emails.update_test,
            )
        )
        register(
            Kind(
                name="words_left_out",
                queue=CONFIRMATIONS,
                may_repeat=True,
                load=emails.own_words_by_id,
                compose=emails.words_left_out,
            )
        )
        notice_kinds.register()
        wake.TASKS["letters"] = "campaign.tasks.move_letters"
        wake.TASKS["packs"] = "campaign.tasks.make_packs"
        case_status_changed.connect(actions.hold_after_status, dispatch_uid="campaign")
        case_taken_down.connect(actions.hold_after_takedown, dispatch_uid="campaign")
