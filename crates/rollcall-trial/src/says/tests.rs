//! Headings, and what they say of a person.

use super::{Says, is_certain, is_surely_gone, of};

#[track_caller]
fn check(headings: &[&str], expected: Says) {
    for heading in headings {
        assert_eq!(of(heading), expected, "{heading}");
    }
}

#[test]
fn headings_of_a_status_are_known() {
    let headings = [
        "Status",
        "STATUS",
        "status:",
        "EmploymentStatus",
        "accountStatus",
        "Employee Status Description",
        "Current Status",
        "ASSIGNMENT_STATUS_TYPE",
        "EmploymentStatusXrefCode",
        "Employee Status Code",
        "EMPL_STATUS",
        "HR_STATUS",
        "ROW_STATUS",
        "Enroll_Status",
        "Record Status",
        "Sign-in status",
        "4. Status",
        "employees.status",
        "Status / Statut",
        "Status (active/inactive)",
        "Status [READ ONLY]",
        "Situación laboral",
        "Durum",
        "Çalışan durumu",
        "在籍区分",
        "员工状态",
        "재직상태",
        "Status zatrudnienia",
        "Статус",
        "Статус сотрудника",
        "Mitarbeiterstatus",
        "Anställningsstatus",
        "accountstatus",
        "Statut du compte",
        "Estado del empleado",
        "Stato dipendente",
        "Contract status",
        "Lifecycle status",
        "user state",
        "Stav zaměstnance",
        "Status pracownika",
        "Account state",
        "Status Code",
    ];
    check(&headings, Says::Status);
    check(&["State", "Estado", "Stato", "État", "Stan", "Situação"], Says::StatusOrPlace);
}

#[test]
fn headings_that_say_active_are_known() {
    let headings = [
        "Active",
        "is_active",
        "isActive",
        "Enabled",
        "accountEnabled",
        "Account enabled",
        "Active?",
        "Active (Y/N)",
        "Can log in",
        "Still working here?",
        "Currently employed",
        "Konto aktiv",
        "Compte actif",
        "Active user",
        "Active (1) / Inactive (0)",
        "Active/Terminated",
        "Account enabled/disabled",
        "Not terminated",
        "Unlocked",
        "Not blocked",
        "Active flag",
        "ACTIVE_IND",
        "user.active",
        "Login allowed",
        "有効",
        "Aktiv/Inaktiv",
    ];
    check(&headings, Says::Active);
}

#[test]
fn headings_that_say_blocked_are_known() {
    let headings = [
        "Suspended",
        "Blocked",
        "Account suspended",
        "isBlocked",
        "account_locked",
        "Archived",
        "Deleted",
        "is_deleted",
        "Terminated",
        "Leaver",
        "Left",
        "Former employee",
        "Ex-employee",
        "Gesperrt",
        "Konto gesperrt",
        "Bloqué",
        "Compte désactivé",
        "Geblokkeerd",
        "Disabled",
        "accountDisabled",
        "suspended?",
        "Block credential",
        "Not active",
        "Inactive",
        "LockedOut",
        "Заблокирован",
        "Inactive/Active",
        "退職",
        "Left company",
        "Zablokowany",
    ];
    check(&headings, Says::Opposite);
    for heading in
        ["Suspended", "Account locked", "Archived", "is_deleted", "Gesperrt", "accountDisabled", "Blocked"]
    {
        assert!(is_certain(heading), "{heading}");
    }
    for heading in ["Disabled", "Left", "Retired", "Archive mailbox", "Locked payslip", "Active"] {
        assert!(!is_certain(heading), "{heading}");
    }
}

#[test]
fn headings_of_other_things_say_nothing_of_the_person() {
    let headings = [
        "Disability",
        "Registered disabled",
        "Disability status",
        "MFA Enabled",
        "2fa_enabled?",
        "Two factor enabled",
        "Two-factor authentication enabled",
        "VPN active",
        "Active projects",
        "Email notifications enabled",
        "Active Directory account",
        "Left handed",
        "Locker",
        "Locker No",
        "Leave balance",
        "Newsletter blocked",
        "Excluded from payroll",
        "Hidden from address list",
        "Archive mailbox",
        "Archived documents",
        "Password expired",
        "Locked payslip",
        "Payroll locked",
        "Ex-forces",
        "Block",
        "Retirement plan enrolled",
        "Notifications disabled",
        "Leave type",
        "Annual leave",
        "Sick leave taken",
        "Marital status",
        "Visa status",
        "Tax status",
        "Vaccination status",
        "Background check status",
        "Laptop status",
        "Familienstatus",
        "Aufenthaltsstatus",
        "Estado civil",
        "Stan cywilny",
        "État civil",
        "Termination reason",
        "Employee type",
        "Department",
        "has-2fa",
        "billing-active",
        "totp_enabled",
        "IsMailboxEnabled",
        "LitigationHoldEnabled",
        "AuditEnabled",
        "Country/State",
        "Licence status",
        "Activity",
        "Status (visa)",
        "Email Status",
        "Password never expires",
        "Newsletter active",
        "Auto-reply enabled",
        "Last active",
        "Active since",
        "Onboarding status",
        "Archive",
        "Mailbox active",
        "Lock type",
        "Remote access enabled portal",
    ];
    check(&headings, Says::Other);
}

#[test]
fn words_that_surely_say_gone_are_told_from_names_of_things() {
    for word in [
        "Terminated",
        "Terminated Employee",
        "Ex-employee",
        "Former employee",
        "Leaver",
        "Disabled Users",
        "OU=Disabled Users",
        "LEFT COMPANY",
        "Resigned",
        "Ausgeschieden",
        "退職",
        "Deactivated",
        "Inactive user",
        "Zwolniony",
    ] {
        assert!(is_surely_gone(word), "{word}");
    }
    for word in [
        "Employee",
        "Staff",
        "Archivist",
        "Locksmith",
        "Disability Services",
        "Retirement Services",
        "Leave",
        "Manager",
        "Archives",
        "Active",
        "Sales",
        "Deleted Scenes Editor",
        "Block B",
        "",
    ] {
        assert!(!is_surely_gone(word), "{word}");
    }
}
