"""The addresses of records: lists, forms, the record and its moves, My work."""

from django.urls import path

from records.views import deletion, edit, fields, lists, owner, people, record, tasks, transition, work

urlpatterns = [
    path("", work.my_work, name="my_work"),
    path("m/<slug:module>/", lists.record_list, name="record_list"),
    path("m/<slug:module>/new/", edit.record_new, name="record_new"),
    path("m/<slug:module>/choices/", lists.lookup_choices, name="lookup_choices"),
    path("modules/<slug:key>/fields/<slug:field>/", fields.field, name="field"),
    path("modules/<slug:key>/fields/<slug:field>/archive/", fields.field_archive, name="field_archive"),
    path("modules/<slug:key>/fields/<slug:field>/restore/", fields.field_restore, name="field_restore"),
    path("r/<int:pk>/", record.record, name="record"),
    path("r/<int:pk>/edit/", edit.record_edit, name="record_edit"),
    path("r/<int:pk>/owner/", owner.record_owner, name="record_owner"),
    path("r/<int:pk>/delete/", deletion.record_delete, name="record_delete"),
    path("r/<int:pk>/restore/", deletion.record_restore, name="record_restore"),
    path("r/<int:pk>/t/<slug:key>/", transition.record_transition, name="record_transition"),
    path("r/<int:pk>/notes/", record.note_add, name="note_add"),
    path("r/<int:pk>/why/", record.record_why, name="record_why"),
    path("accounts/people/<int:pk>/deactivate/", people.person_deactivate, name="person_deactivate"),
    path("tasks/", tasks.task_list, name="task_list"),
    path("tasks/<int:pk>/done/", tasks.task_done, name="task_done"),
]
